provider "aws" {
  region = "ap-northeast-2"
}

cluster "main" {
  name     = "ssup2-eks-cluster"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "backend" {
  name = "app"

  policies = {
    reading = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
    })
  }
}

service_account "app" {
  cluster   = cluster.main
  namespace = "kube-system"
  role      = role.backend
}

moved {
  from = role.app
  to   = role.backend
}
