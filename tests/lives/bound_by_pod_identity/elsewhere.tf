provider "aws" {
  region = "eu-west-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

role "web" {
  binding          = "pod_identity"
  service_accounts = ["shop/*", "team/batch"]
}

role "other" {
  binding          = "pod_identity"
  service_accounts = ["kube-system/cart"]
}

resource "aws_eks_pod_identity_association" "plain" {
  cluster_name    = cluster.main.name
  namespace       = "kube-system"
  service_account = "plain"
  role_arn        = role.other.arn
}
