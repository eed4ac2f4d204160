cluster "main" {
  name     = "main"
  existing = true
}

role "app" {
  binding          = "pod_identity"
  service_accounts = ["team/*"]
}

role "either" {
  binding = "both"
}

service_account "app" {
  cluster   = cluster.main
  namespace = "shop"
  role      = role.app
}

service_account "either" {
  cluster   = cluster.main
  namespace = "shop"
  role      = role.either
}
-----
locals {
  trustform_associations_app = [
    {
      cluster = "main"
      cluster_arn = module.cluster_main.arn
      subject = "system:serviceaccount:shop:app"
    },
  ]
  trustform_associations_either = [
    {
      cluster = "main"
      cluster_arn = module.cluster_main.arn
      subject = "system:serviceaccount:shop:either"
    },
  ]
  trustform_cluster_main = {
    issuer = module.cluster_main.issuer
    provider_arn = data.aws_iam_openid_connect_provider.trustform_cluster_main.arn
  }
  trustform_role_either = [
    {
      cluster = "main"
      issuer = local.trustform_cluster_main.issuer
      provider_arn = local.trustform_cluster_main.provider_arn
      audience = "sts.amazonaws.com"
      subject = "system:serviceaccount:shop:either"
    },
  ]
}

data "aws_iam_openid_connect_provider" "trustform_cluster_main" {
  url = module.cluster_main.issuer
}

module "cluster_main" {
  source   = "./modules/cluster"
  name = "main"
  existing = true
}

module "role_app" {
  source   = "./modules/role"
  name = "app"
  associations = concat(
    local.trustform_associations_app,
    [
      {
        cluster = "main"
        cluster_arn = module.cluster_main.arn
        subject = "system:serviceaccount:team:*"
      },
    ],
  )
}

module "role_either" {
  source   = "./modules/role"
  name = "either"
  bindings = local.trustform_role_either
  associations = local.trustform_associations_either
}

module "service_account_app" {
  source   = "./modules/service_account"
  providers = { kubernetes = kubernetes.cluster_main }
  providers = { aws = aws }
  namespace = "shop"
  name = "app"
  role_arn = module.role_app.arn
  has_role = false
  association = true
  cluster_name = module.cluster_main.name
}

module "service_account_either" {
  source   = "./modules/service_account"
  providers = { kubernetes = kubernetes.cluster_main }
  providers = { aws = aws }
  namespace = "shop"
  name = "either"
  role_arn = module.role_either.arn
  has_role = true
  association = true
  cluster_name = module.cluster_main.name
}

provider "kubernetes" {
  alias = "cluster_main"
  host = module.cluster_main.endpoint
  cluster_ca_certificate = base64decode(module.cluster_main.certificate_authority)
  eks_cluster_name = module.cluster_main.name
  eks_region = split(":", module.cluster_main.arn)[3]
  expected_issuer = module.cluster_main.issuer
  endpoint_from_cluster = true
}

