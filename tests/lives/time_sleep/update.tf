resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "time_sleep" "propagation" {
  create_duration  = "5s"
  destroy_duration = "1m"
  triggers         = { role = aws_iam_role.app.arn }
}

resource "terraform_data" "after" {
  input = time_sleep.propagation.triggers.role
}
