provider "aws" {
  region = "eu-central-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

cluster "bare" {
  name     = "bare"
  existing = true
}

locals {
  issuer   = trimprefix(cluster.main.issuer, "https://")
  provider = "arn:aws:iam::123456789012:oidc-provider/${local.issuer}"

  # By role: the statement's condition, and what else the statement has.
  roles = {
    wide    = { condition = { StringLike = { "${local.issuer}:sub" = "system:serviceaccount:apps:*" } }, more = {} }
    named   = { condition = { StringEquals = { "${local.issuer}:sub" = ["system:serviceaccount:apps:named", "system:serviceaccount:apps:legacy", "system:serviceaccount:apps:nobody"] } }, more = {} }
    other   = { condition = { StringEquals = { "${local.issuer}:sub" = "system:serviceaccount:apps:othr" } }, more = {} }
    perhaps = { condition = { StringEquals = { "${local.issuer}:sub" = "system:serviceaccount:apps:perhaps" }, IpAddress = { "aws:SourceIp" = "10.0.0.0/8" } }, more = {} }
    broken  = { condition = { StringEquals = { "${local.issuer}:sub" = "system:serviceaccount:apps:broken" } }, more = { Resource = "*" } }
  }
}

resource "aws_iam_role" "of" {
  for_each = local.roles
  name     = each.key

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge({
      Effect    = "Allow"
      Principal = { Federated = local.provider }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = each.value.condition
    }, each.value.more)]
  })
}

service_account "of" {
  for_each  = toset(["named", "other", "perhaps", "broken"])
  cluster   = cluster.main
  namespace = "apps"
  name      = each.key
  role_arn  = aws_iam_role.of[each.key].arn
}

service_account "elsewhere" {
  cluster   = cluster.bare
  namespace = "default"
  name      = "elsewhere"
  role_arn  = aws_iam_role.of["wide"].arn
}
