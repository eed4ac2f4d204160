# The same as ../aws-load-balancer-controller in Terraform's own blocks: what the nouns stand for.

provider "aws" {
  region = "ap-northeast-2"
}

data "aws_eks_cluster" "main" {
  name = "ssup2-eks-cluster"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.main.certificate_authority[0].data)

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", data.aws_eks_cluster.main.name]
  }
}

locals {
  issuer = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  keys   = trimprefix(local.issuer, "https://")
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = local.issuer
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "aws_load_balancer_controller" {
  name = "aws-load-balancer-controller"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.main.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.keys}:aud" = "sts.amazonaws.com"
          "${local.keys}:sub" = "system:serviceaccount:kube-system:aws-load-balancer-controller"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "load_balancing" {
  name   = "load_balancing"
  role   = aws_iam_role.aws_load_balancer_controller.name
  policy = file("${path.module}/iam-policy.json")
}

resource "kubernetes_service_account_v1" "aws_load_balancer_controller" {
  metadata {
    namespace   = "kube-system"
    name        = "aws-load-balancer-controller"
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.aws_load_balancer_controller.arn }
  }
}

output "role_arn" {
  value = aws_iam_role.aws_load_balancer_controller.arn
}
