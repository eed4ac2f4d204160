resource "aws_iam_role" "deployer" {
  name = "deployer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_eks_access_entry" "deployer" {
  cluster_name  = "main"
  principal_arn = aws_iam_role.deployer.arn
  kubernetes_groups = ["deployers"]
}
