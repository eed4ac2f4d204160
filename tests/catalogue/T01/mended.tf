cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

service_account "external_dns" {
  cluster   = cluster.main
  namespace = "dns"
  name      = "external-dns"
  role_arn  = aws_iam_role.external_dns.arn
}

locals {
  issuer = trimprefix(cluster.main.issuer, "https://")
}

resource "aws_iam_role" "external_dns" {
  name = "external-dns"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = oidc_provider.main.arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:dns:external-dns"
        }
      }
    }]
  })
}
