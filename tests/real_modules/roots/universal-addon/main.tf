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

module "irsa" {
  source = "git::https://github.com/lablabs/terraform-aws-eks-universal-addon.git//modules/addon-irsa?ref=v1.0.0"

  cluster_identity_oidc_issuer     = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  cluster_identity_oidc_issuer_arn = aws_iam_openid_connect_provider.main.arn
  service_account_name             = "external-dns"
  service_account_namespace        = "dns"
  irsa_role_name_prefix            = "addon"
  irsa_role_name                   = "external-dns"
  irsa_policy_enabled              = true
  irsa_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "route53:List*", Resource = "*" }]
  })
  irsa_additional_policies = { view = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess" }
  irsa_role_additional_trust_policies = {
    Pods = {
      effect     = "Allow"
      actions    = ["sts:AssumeRole", "sts:TagSession"]
      principals = [{ type = "Service", identifiers = ["pods.eks.amazonaws.com"] }]
      condition  = [{ test = "StringEquals", variable = "aws:SourceAccount", values = ["123456789012"] }]
    }
  }
  irsa_tags = { Addon = "external-dns" }
}

module "assuming" {
  source = "git::https://github.com/lablabs/terraform-aws-eks-universal-addon.git//modules/addon-irsa?ref=v1.0.0"

  cluster_identity_oidc_issuer             = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  cluster_identity_oidc_issuer_arn         = aws_iam_openid_connect_provider.main.arn
  irsa_role_name                           = "assuming"
  irsa_assume_role_enabled                 = true
  irsa_assume_role_arns                    = ["arn:aws:iam::210987654321:role/there"]
  irsa_assume_role_policy_condition_test   = "StringLike"
  irsa_assume_role_policy_condition_values = ["system:serviceaccount:*:assuming"]
}

module "pod_identity" {
  source = "git::https://github.com/lablabs/terraform-aws-eks-universal-addon.git//modules/addon-irsa?ref=v1.0.0"

  cluster_name                     = data.aws_eks_cluster.main.name
  service_account_name             = "loki"
  service_account_namespace        = "logs"
  irsa_role_create                 = false
  pod_identity_role_create         = true
  pod_identity_role_name           = "loki"
  pod_identity_additional_policies = { s3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }
}

module "disabled" {
  source = "git::https://github.com/lablabs/terraform-aws-eks-universal-addon.git//modules/addon-irsa?ref=v1.0.0"

  enabled = false
}

module "oidc" {
  source = "git::https://github.com/lablabs/terraform-aws-eks-universal-addon.git//modules/addon-oidc?ref=v1.0.0"

  oidc_openid_provider_url                   = "token.actions.githubusercontent.com"
  oidc_openid_client_ids                     = ["sts.amazonaws.com"]
  oidc_role_name                             = "deploy"
  oidc_assume_role_policy_condition_variable = "token.actions.githubusercontent.com:sub"
  oidc_assume_role_policy_condition_values   = ["repo:example/deploy:*"]
  oidc_policy_enabled                        = true
  oidc_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
  })
}
