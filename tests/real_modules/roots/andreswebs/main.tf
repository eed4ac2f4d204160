provider "aws" {
  region = "eu-west-1"
}

data "aws_eks_cluster" "main" {
  name = "main"
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

module "hyperapp" {
  source = "github.com/andreswebs/terraform-aws-eks-irsa?ref=7f6f9c4f44b10524ca8f8e1ab1752c8b4c11bbee"

  k8s_sa_name           = "hyperapp"
  k8s_sa_namespace      = "frontend"
  role_name             = "hyperapp-main"
  cluster_oidc_provider = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  assume_role_extra_docs = [jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Pods"
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })]
}

module "prefixed" {
  source = "github.com/andreswebs/terraform-aws-eks-irsa?ref=7f6f9c4f44b10524ca8f8e1ab1752c8b4c11bbee"

  role_name_prefix      = "prefixed-"
  role_path             = "/apps/"
  role_description      = "The default account of the default namespace"
  max_session_duration  = 7200
  cluster_oidc_provider = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  tags                  = { Team = "apps" }
}

module "document_only" {
  source = "github.com/andreswebs/terraform-aws-eks-irsa?ref=7f6f9c4f44b10524ca8f8e1ab1752c8b4c11bbee"

  create_role           = false
  cluster_oidc_provider = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
}

output "roles" {
  value = [module.hyperapp.iam_role.arn, module.prefixed.iam_role.name, module.document_only.iam_role]
}
