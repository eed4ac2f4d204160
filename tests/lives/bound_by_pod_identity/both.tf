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

role "web" {
  binding = "both"
}

service_account "web" {
  cluster   = cluster.main
  namespace = "kube-system"
  role      = role.web
}

service_account "api" {
  cluster   = cluster.main
  namespace = "kube-system"
  role      = role.web
}
