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
role "jobs" {
  strict           = true
  service_accounts = ["kube-system/*"]
}

service_account "web" {
  cluster   = cluster.main
  namespace = "kube-system"
  role      = role.web
}
