cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

locals {
  issuer = trimprefix(cluster.main.issuer, "https://")
  names  = [for number in range(12) : "worker-${number}"]
}

resource "aws_iam_role" "workers" {
  name = "workers"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for name in local.names : {
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = oidc_provider.main.arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:workers:${name}"
        }
      }
    }]
  })
}
