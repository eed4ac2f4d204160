provider "aws" {
  region = "eu-central-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "reader" {
  name = "reader"
}

service_account "reader" {
  cluster   = cluster.main
  namespace = "apps"
  name      = "reader"
  role      = role.reader
  existing  = true
}

# An hour goes by.
resource "time_sleep" "later" {
  create_duration = "1h"
}
