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

resource "kubernetes_service_account_v1" "other" {
  provider = kubernetes.cluster_main

  metadata {
    name      = "other"
    namespace = service_account.web.namespace
  }
}
