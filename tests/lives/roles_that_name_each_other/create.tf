provider "aws" {
  region = "eu-west-1"
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "all" {
  for_each = toset(["first", "second", "third"])

  name = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for name in ["first", "second", "third"] : {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "*" }
      Condition = {
        ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${name}" }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "first" {
  role       = aws_iam_role.all["first"].name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
