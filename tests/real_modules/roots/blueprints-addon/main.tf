# The roles of the module's own tests, without their Helm releases.

provider "aws" {
  region = "us-west-2"
}

locals {
  tags = { Example = "blueprints" }
}

module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 19.16"

  cluster_name                   = "blueprints"
  cluster_endpoint_public_access = true
  vpc_id                         = "vpc-0123456789abcdef0"
  subnet_ids                     = ["subnet-00000000000000001", "subnet-00000000000000002"]
  tags                           = local.tags
}

module "irsa_only" {
  source = "git::https://github.com/aws-ia/terraform-aws-eks-blueprints-addon.git?ref=0f109f7726a7dd1099bef90022d84916f059dd74"

  create_release = false
  create_role    = true
  role_name      = "aws-vpc-cni-ipv4"
  role_policies  = { AmazonEKS_CNI_Policy = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" }
  oidc_providers = {
    this = {
      provider_arn    = module.eks.oidc_provider_arn
      namespace       = "kube-system"
      service_account = "aws-node"
    }
  }
  tags = local.tags
}

module "with_policy_and_statements" {
  source = "git::https://github.com/aws-ia/terraform-aws-eks-blueprints-addon.git?ref=0f109f7726a7dd1099bef90022d84916f059dd74"

  create_release         = false
  create_role            = true
  role_name              = "karpenter"
  role_name_use_prefix   = false
  create_policy          = true
  allow_self_assume_role = true
  namespace              = "karpenter"
  policy_statements = [
    { actions = ["ec2:Describe*"], resources = ["*"] },
    { sid = "Pass", effect = "Allow", actions = ["iam:PassRole"], resources = ["arn:aws:iam::123456789012:role/node"] },
  ]
  trust_policy_statements = [{
    sid        = "PodIdentity"
    effect     = "Allow"
    actions    = ["sts:AssumeRole", "sts:TagSession"]
    principals = [{ type = "Service", identifiers = ["pods.eks.amazonaws.com"] }]
  }]
  oidc_providers = {
    this = {
      provider_arn    = module.eks.oidc_provider_arn
      service_account = "karpenter"
    }
  }
  tags = local.tags
}

module "disabled" {
  source = "git::https://github.com/aws-ia/terraform-aws-eks-blueprints-addon.git?ref=0f109f7726a7dd1099bef90022d84916f059dd74"

  create = false
}
