resource "aws_iam_role" "web" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

moved {
  from = aws_iam_role.app
  to   = aws_iam_role.web
}
