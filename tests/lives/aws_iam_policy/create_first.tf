resource "aws_iam_policy" "read" {
  lifecycle {
    create_before_destroy = true
  }
  name   = "list"
  tags   = { team = "identity" }
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:List*", Resource = "*" }]
  })
}

resource "aws_iam_role" "app" {
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

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.read.arn
}

data "aws_iam_policy" "by_name" {
  name       = "list"
  depends_on = [aws_iam_policy.read]
}

output "versions" {
  value = { id = data.aws_iam_policy.by_name.id, actions = jsondecode(data.aws_iam_policy.by_name.policy).Statement[0].Action }
}
