resource "terraform_data" "b" {}

moved {
  from = aws_iam_role.a
  to   = terraform_data.b
}
