provider "aws" {
  region = "eu-central-1"
}

provider "kubernetes" {
  host                   = module.eks_cluster.cluster_endpoint
  cluster_ca_certificate = base64decode(module.eks_cluster.cluster_certificate_authority_data)
  token                  = data.aws_eks_cluster_auth.this.token
}

data "aws_eks_cluster_auth" "this" {
  name = module.eks_cluster.cluster_name
}

locals {
  tags = { Owner = "platform" }
}

module "eks_cluster" {
  source = "git::https://github.com/Andach797/case-study.git//infra/modules/eks_cluster?ref=1d104ed435ee1d3168d2652a35424c9470aa276d"

  cluster_name = "case-dev"
  k8s_version  = "1.33"
  subnet_ids   = ["subnet-00000000000000001", "subnet-00000000000000002"]
  project_tag  = "case"
  environment  = "dev"
  tags         = local.tags
}

module "web_app" {
  source = "git::https://github.com/Andach797/case-study.git//infra/modules/irsa_sa?ref=1d104ed435ee1d3168d2652a35424c9470aa276d"

  name_prefix  = "case-dev-web-app"
  bucket_arn   = "arn:aws:s3:::csv-uploads"
  ecr_repo_arn = "arn:aws:ecr:eu-central-1:123456789012:repository/web-app"
  secret_arns  = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:web-app"]
  oidc_arn     = module.eks_cluster.eks_oidc_arn
  oidc_url     = replace(module.eks_cluster.eks_oidc_url, "https://", "")
  tags         = local.tags
}

module "autoscaler" {
  source = "git::https://github.com/Andach797/case-study.git//infra/modules/irsa_sa?ref=1d104ed435ee1d3168d2652a35424c9470aa276d"

  name_prefix = "case-dev-ca"
  namespace   = "kube-system"
  oidc_arn    = module.eks_cluster.eks_oidc_arn
  oidc_url    = replace(module.eks_cluster.eks_oidc_url, "https://", "")
  tags        = local.tags
}

module "gha_ci_role" {
  source = "git::https://github.com/Andach797/case-study.git//infra/modules/gha_ci_role?ref=1d104ed435ee1d3168d2652a35424c9470aa276d"

  repo_owner   = "Andach797"
  repo_name    = "case-study"
  ecr_repo_arn = "arn:aws:ecr:eu-central-1:123456789012:repository/web-app"
  role_name    = "case-gha-ecr-push"
  tags         = local.tags
}

module "gha_tf_role" {
  source = "git::https://github.com/Andach797/case-study.git//infra/modules/gha_tf_role?ref=1d104ed435ee1d3168d2652a35424c9470aa276d"

  repo_owner          = "Andach797"
  repo_name           = "case-study"
  backend_bucket      = "tfstate-dev"
  csv_bucket          = "csv-uploads"
  dynamodb_table_name = "tfstate-lock-dev"
  oidc_provider_arn   = module.gha_ci_role.oidc_provider_arn
  tags                = local.tags
}
