cluster "all" {
  for_each = local.clusters
  name     = each.key
  existing = true
}

oidc_provider "all" {
  for_each = local.clusters
  cluster  = cluster.all[each.key]
}

role "agent" {
}

service_account "agent" {
  for_each         = local.clusters
  cluster          = cluster.all[each.key]
  namespace        = "agents"
  name             = "agent"
  role             = role.agent
  create_namespace = true
}

locals {
  clusters = { a = "x" }
}
-----
locals {
  clusters = { a = "x" }
  trustform_cluster_all = {
    for trustform_key, trustform_value in local.clusters : tostring(trustform_key) => {
      issuer = module.cluster_all[trustform_key].issuer
      provider_arn = local.trustform_providers_all[tostring(trustform_key)]
    }
  }
  trustform_providers_all = merge(
    {
      for trustform_key, trustform_value in local.clusters : tostring(trustform_key) => module.oidc_provider_all[trustform_key].arn
    },
  )
  trustform_role_agent = [
    for trustform_key, trustform_value in local.clusters : {
      cluster = join("/", ["all", tostring(trustform_key)])
      issuer = local.trustform_cluster_all[tostring(trustform_key)].issuer
      provider_arn = local.trustform_cluster_all[tostring(trustform_key)].provider_arn
      audience = "sts.amazonaws.com"
      subject = "system:serviceaccount:agents:agent"
    }
  ]
}

module "cluster_all" {
  source   = "./modules/cluster"
  for_each = local.clusters
  name = each.key
  existing = true
}

module "namespaces_all" {
  source   = "./modules/namespaces"
  for_each = {
    for entry in concat(
      [
        for trustform_key, trustform_value in local.clusters : { cluster = tostring(trustform_key), name = "agents" }
      ],
    ) : join("/", [entry.cluster, entry.name]) => entry...
  }
  providers = { kubernetes = kubernetes.cluster_all[each.value[0].cluster] }
  name = each.value[0].name
}

module "oidc_provider_all" {
  source   = "./modules/oidc_provider"
  for_each = local.clusters
  url = module.cluster_all[each.key].issuer
}

module "role_agent" {
  source   = "./modules/role"
  name = "agent"
  bindings = local.trustform_role_agent
}

module "service_account_agent" {
  source   = "./modules/service_account"
  for_each = local.clusters
  providers = { kubernetes = kubernetes.cluster_all[each.key] }
  depends_on = [module.namespaces_all]
  namespace = "agents"
  name = "agent"
  role_arn = module.role_agent.arn
  has_role = true
}

provider "kubernetes" {
  alias = "cluster_all"
  for_each = local.clusters
  host = module.cluster_all[each.key].endpoint
  cluster_ca_certificate = base64decode(module.cluster_all[each.key].certificate_authority)
  eks_cluster_name = module.cluster_all[each.key].name
  eks_region = split(":", module.cluster_all[each.key].arn)[3]
  expected_issuer = module.cluster_all[each.key].issuer
  endpoint_from_cluster = true
}

