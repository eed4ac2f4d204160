provider "aws" {
  region = "eu-west-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "web" {}

service_account "web" {
  cluster          = cluster.main
  namespace        = "shop"
  role             = role.web
  create_namespace = true
}
