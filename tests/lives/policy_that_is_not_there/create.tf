provider "aws" {
  region = "eu-west-1"
}

resource "aws_iam_role" "dns" {
  name = "dns"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "dns" {
  role       = aws_iam_role.dns.name
  policy_arn = "arn:aws:iam::aws:policy/NoSuchThing"
}
