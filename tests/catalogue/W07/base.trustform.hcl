cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "external_dns" {}

service_account "external_dns" {
  cluster          = cluster.main
  namespace        = "dns"
  name             = "external-dns"
  role             = role.external_dns
  create_namespace = true
}
