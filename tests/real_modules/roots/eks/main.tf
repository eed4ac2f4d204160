# The cluster module itself, as far as its resource types are supported: no networks, logs, keys and nodes of its own.

provider "aws" {
  region = "eu-west-1"
}

resource "aws_iam_role" "readers" {
  name = "readers"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
    }]
  })
}

module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "21.19.0"

  name                   = "main"
  kubernetes_version     = "1.33"
  endpoint_public_access = true
  vpc_id                 = "vpc-0123456789abcdef0"
  subnet_ids             = ["subnet-00000000000000001", "subnet-00000000000000002"]

  create_security_group       = false
  create_node_security_group  = false
  create_cloudwatch_log_group = false
  create_kms_key              = false

  create_primary_security_group_tags = false
  encryption_config                  = null

  enable_cluster_creator_admin_permissions = true
  access_entries = {
    readers = {
      principal_arn = aws_iam_role.readers.arn
      policy_associations = {
        view = {
          policy_arn   = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
          access_scope = { type = "namespace", namespaces = ["apps"] }
        }
      }
    }
  }
  identity_providers = {
    sso = {
      client_id  = "kubernetes"
      issuer_url = "https://sso.example.com"
    }
  }
  tags = { Environment = "test" }
}

module "karpenter" {
  source  = "terraform-aws-modules/eks/aws//modules/karpenter"
  version = "21.19.0"

  cluster_name                      = module.eks.cluster_name
  enable_spot_termination           = false
  node_iam_role_additional_policies = { ssm = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" }
  tags                              = { Environment = "test" }
}

module "disabled" {
  source  = "terraform-aws-modules/eks/aws"
  version = "21.19.0"

  create = false
}

output "cluster" {
  value = {
    name      = module.eks.cluster_name
    oidc      = module.eks.oidc_provider_arn
    role      = module.eks.cluster_iam_role_arn
    karpenter = [module.karpenter.iam_role_name, module.karpenter.node_iam_role_name, module.karpenter.node_access_entry_arn]
  }
}
