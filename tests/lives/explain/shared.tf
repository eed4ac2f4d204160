# A role that stands outside the nouns and trusts more than it names, and one whose policy has a slip.

data "aws_eks_cluster" "main" {
  name = "ssup2-eks-cluster"
}

locals {
  issuer = replace(data.aws_eks_cluster.main.identity[0].oidc[0].issuer, "https://", "")
}

resource "aws_iam_role" "shared" {
  name = "shared"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = oidc_provider.main.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringLike = { "${local.issuer}:sub" = "system:serviceaccount:jobs:*" } }
    }]
  })
}

service_account "nightly" {
  cluster          = cluster.main
  namespace        = "jobs"
  create_namespace = true
  role_arn         = aws_iam_role.shared.arn
}

resource "aws_iam_role" "slip" {
  name = "slip"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = oidc_provider.main.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = { "${local.issuer}:sub" = "system:serviceaccount:jobs:*" } }
    }]
  })
}

service_account "hourly" {
  cluster   = cluster.main
  namespace = "jobs"
  role_arn  = aws_iam_role.slip.arn
}
