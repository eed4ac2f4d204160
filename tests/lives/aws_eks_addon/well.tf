resource "aws_iam_role" "dns" {
  name = "dns"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_eks_addon" "dns" {
  cluster_name = "main"
  addon_name   = "kube-proxy"
  preserve     = true
}
