provider "aws" {
  region = "eu-west-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

service_account "web" {
  cluster   = cluster.main
  namespace = "kube-system"
  role_arn  = "arn:aws:iam::123456789012:role/jobs"
}

service_account "mail" {
  cluster   = cluster.main
  namespace = "kube-system"
  role_arn  = "arn:aws:iam::123456789012:role/web"
}

service_account "gone" {
  cluster   = cluster.main
  namespace = "kube-system"
  role_arn  = "arn:aws:iam::123456789012:role/gone"
}

service_account "abroad" {
  cluster   = cluster.main
  namespace = "kube-system"
  role_arn  = "arn:aws:iam::210987654321:role/web"
}

service_account "text" {
  cluster   = cluster.main
  namespace = "kube-system"
  role_arn  = "web"
}
