# One role and one service account for each team, and a second account for one of them.

provider "aws" {
  region = "eu-west-1"
}

locals {
  teams = {
    billing = { namespace = "billing", bucket = "billing-data" }
    search  = { namespace = "search", bucket = "search-index" }
    web     = { namespace = "web", bucket = "web-assets" }
  }
}

cluster "main" {
  name     = "shared"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "team" {
  for_each = local.teams
  name     = "team-${each.key}"
  path     = "/teams/"

  policies = {
    bucket = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "arn:aws:s3:::${each.value.bucket}/*"
      }]
    })
  }
}

service_account "team" {
  for_each         = local.teams
  cluster          = cluster.main
  namespace        = each.value.namespace
  create_namespace = true
  name             = each.key
  role             = role.team[each.key]
}

# A second workload of one team: a subject more in the trust policy of its role.
service_account "billing_import" {
  cluster   = cluster.main
  namespace = "billing"
  name      = "import"
  role      = role.team["billing"]
}

output "roles" {
  value = { for team, role in role.team : team => role.arn }
}
