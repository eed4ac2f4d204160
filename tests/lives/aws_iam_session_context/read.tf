data "aws_caller_identity" "current" {}

data "aws_iam_session_context" "current" {
  arn = data.aws_caller_identity.current.arn
}

data "aws_iam_session_context" "user" {
  arn = "arn:aws:iam::123456789012:user/somebody"
}

output "issuers" {
  value = {
    session = data.aws_iam_session_context.current
    user    = data.aws_iam_session_context.user.issuer_arn
  }
}
