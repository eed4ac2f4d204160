cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "external_dns" {}

service_account "external_dns" {
  cluster   = cluster.main
  namespace = "dns"
  name      = "external-dns"
  role      = role.external_dns
}

resource "aws_iam_role" "other" {
  name = "other"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
      Condition = { StringEquals = { "aws:RequestTag/kubernetes-service-account" = "external-dns" } }
    }]
  })
}

resource "aws_eks_pod_identity_association" "external_dns" {
  cluster_name    = cluster.main.name
  namespace       = "dns"
  service_account = "external-dns"
  role_arn        = aws_iam_role.other.arn
}
