cluster "new" {
  name       = "new"
  subnet_ids = ["a", "b"]
}

oidc_provider "new" {
  cluster = cluster.new
}

role "both" {
  binding = "both"
}

service_account "both" {
  cluster   = cluster.new
  namespace = "apps"
  role      = role.both
}
-----
# main.tf
# nouns.tf
locals {
  trustform_associations_both = [
    {
      cluster     = "new"
      cluster_arn = module.cluster_new.arn
      subject     = "system:serviceaccount:apps:both"
    },
  ]
  trustform_cluster_new = { issuer = module.cluster_new.issuer, provider_arn = module.oidc_provider_new.arn }
  trustform_role_both = [
    {
      cluster      = "new"
      issuer       = local.trustform_cluster_new.issuer
      provider_arn = local.trustform_cluster_new.provider_arn
      audience     = "sts.amazonaws.com"
      subject      = "system:serviceaccount:apps:both"
    },
  ]
}

module "cluster_new" {
  source = "./nouns/cluster"

  name       = "new"
  subnet_ids = ["a", "b"]
}

module "oidc_provider_new" {
  source = "./nouns/oidc_provider"

  url = module.cluster_new.issuer
}

module "role_both" {
  source = "./nouns/role"

  name         = "both"
  bindings     = local.trustform_role_both
  associations = local.trustform_associations_both
}

module "service_account_both" {
  source = "./nouns/service_account"
  providers = {
    kubernetes = kubernetes.cluster_new
    aws        = aws
  }

  namespace    = "apps"
  name         = "both"
  role_arn     = module.role_both.arn
  has_role     = true
  association  = true
  cluster_name = module.cluster_new.name
}

provider "kubernetes" {
  alias                  = "cluster_new"
  host                   = module.cluster_new.endpoint
  cluster_ca_certificate = base64decode(module.cluster_new.certificate_authority)

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", module.cluster_new.name, "--region", split(":", module.cluster_new.arn)[3]]
  }
}
# nouns/cluster/main.tf
# nouns/cluster/outputs.tf
# nouns/cluster/variables.tf
# nouns/cluster/versions.tf
# nouns/oidc_provider/main.tf
# nouns/oidc_provider/outputs.tf
# nouns/oidc_provider/variables.tf
# nouns/oidc_provider/versions.tf
# nouns/role/main.tf
# nouns/role/outputs.tf
# nouns/role/variables.tf
# nouns/role/versions.tf
# nouns/service_account/main.tf
# nouns/service_account/outputs.tf
# nouns/service_account/variables.tf
# nouns/service_account/versions.tf
