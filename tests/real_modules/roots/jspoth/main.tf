provider "aws" {
  region = "us-east-2"
}

data "aws_eks_cluster" "main" {
  name = "main"
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_policy" "queues" {
  for_each = toset(["read", "write"])

  name = "queues-${each.key}"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = "*" }]
  })
}

module "irsa" {
  source = "git::https://github.com/jspoth/terraform-infra.git//modules/irsa?ref=f1790f4a0f06f53a1cf6d012f26ce90c07c41d17"

  role_name         = "go-app-irsa-primary"
  oidc_provider_arn = aws_iam_openid_connect_provider.main.arn
  oidc_provider     = trimprefix(data.aws_eks_cluster.main.identity[0].oidc[0].issuer, "https://")
  namespace         = "default"
  service_account   = "go-app-sa"
  policy_arns       = [for policy in aws_iam_policy.queues : policy.arn]
}

module "aws_load_balancer_controller" {
  source = "git::https://github.com/jspoth/terraform-infra.git//modules/aws-load-balancer-controller?ref=f1790f4a0f06f53a1cf6d012f26ce90c07c41d17"

  cluster_name      = data.aws_eks_cluster.main.name
  vpc_id            = "vpc-0123456789abcdef0"
  region            = "us-east-2"
  oidc_provider_arn = aws_iam_openid_connect_provider.main.arn
  oidc_provider     = trimprefix(data.aws_eks_cluster.main.identity[0].oidc[0].issuer, "https://")
}
