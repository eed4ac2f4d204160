cluster "main" {
  name     = "c"
  existing = true

  connection {
    kubeconfig = "~/.kube/config"
    context    = "kind"
  }
}

role "app" {
  provider         = aws.west
  service_accounts = ["a/b", { cluster = cluster.main, namespace = "c", name = "d*" }]
}

provider "aws" {
  alias = "west"
}

service_account "existing" {
  cluster   = cluster.main
  namespace = "n"
  existing  = true
  role_arn  = "arn:aws:iam::123456789012:role/other"
}
-----
locals {
  trustform_cluster_main_west = {
    issuer = module.cluster_main.issuer
    provider_arn = data.aws_iam_openid_connect_provider.trustform_cluster_main_west.arn
  }
}

data "aws_iam_openid_connect_provider" "trustform_cluster_main_west" {
  provider = aws.west
  url = module.cluster_main.issuer
}

module "cluster_main" {
  source   = "./modules/cluster"
  name = "c"
  existing = true
}

module "role_app" {
  source   = "./modules/role"
  providers = { aws = aws.west }
  name = "app"
  bindings = [
    {
      cluster = "main"
      issuer = local.trustform_cluster_main_west.issuer
      provider_arn = local.trustform_cluster_main_west.provider_arn
      audience = "sts.amazonaws.com"
      subject = "system:serviceaccount:a:b"
    },
    {
      cluster = "main"
      issuer = local.trustform_cluster_main_west.issuer
      provider_arn = local.trustform_cluster_main_west.provider_arn
      audience = "sts.amazonaws.com"
      subject = "system:serviceaccount:c:d*"
    },
  ]
}

module "service_account_existing" {
  source   = "./modules/service_account"
  providers = { kubernetes = kubernetes.cluster_main }
  namespace = "n"
  existing = true
  role_arn = "arn:aws:iam::123456789012:role/other"
  name = "existing"
  has_role = "arn:aws:iam::123456789012:role/other" != null
}

provider "aws" {
  alias = "west"
}

provider "kubernetes" {
  alias = "cluster_main"
  expected_issuer = module.cluster_main.issuer
  endpoint_from_cluster = false
  config_path = "~/.kube/config"
  config_context = "kind"
}

