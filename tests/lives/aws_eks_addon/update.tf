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
  addon_name   = "coredns"
  addon_version               = "v1.12.3-eksbuild.1"
  configuration_values        = jsonencode({ replicaCount = 4 })
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = { team = "platform" }

  pod_identity_association {
    role_arn        = aws_iam_role.dns.arn
    service_account = "coredns"
  }
}
