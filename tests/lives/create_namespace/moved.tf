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
  cluster   = cluster.main
  namespace = "kube-system"
  role      = role.web
}

resource "kubernetes_service_account_v1" "other" {
  provider = kubernetes.cluster_main

  metadata {
    name      = "other"
    namespace = "shop"
  }
}
