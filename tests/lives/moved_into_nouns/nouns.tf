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

role "app" {
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
  role      = role.app
}

moved {
  from = aws_iam_openid_connect_provider.main
  to   = oidc_provider.main
}

moved {
  from = aws_iam_role.app
  to   = role.app
}

moved {
  from = aws_iam_role_policy.app
  to   = role.app.aws_iam_role_policy.inline["reading"]
}

moved {
  from = kubernetes_service_account.app
  to   = service_account.app
}
