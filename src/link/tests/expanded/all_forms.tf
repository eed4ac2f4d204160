# Every form in which nouns are written and referred to.

terraform {
  required_providers {
    k8s = { source = "hashicorp/kubernetes" }
  }
}

provider "aws" {
  alias = "other"
}

cluster "main" { # the one
  name = "main"
  # It is reached as people reach it.
  connection {
    kubeconfig = "~/.kube/config"
    context    = "main"
  }
  existing = true
}

oidc_provider "main" { cluster = cluster.main }

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = <<-EOT
    {"Resource": "${role.reader["a"].arn}"}
  EOT
}

role "reader" {
  for_each = toset(["a", "b"])
  name     = "reader-${each.key}" # by its key
  provider = aws.other
  policies = {
    read = jsonencode({
      # what it may do
      Resource = [cluster.main.arn]
    })
  }
  service_accounts = ["tools/*"]
  depends_on       = [aws_iam_policy.read]
}

service_account "reader" {
  for_each           = toset(["a", "b"])
  cluster            = cluster.main
  namespace          = "apps"
  name               = each.key
  create_namespace   = each.key == "a"
  image_pull_secrets = var.secrets
  role               = role.reader[each.key]
  depends_on         = [role.reader]
}

variable "secrets" { type = list(string) }

moved {
  from = aws_iam_role.old
  to   = role.reader["a"]
}

removed {
  from = service_account.gone
  lifecycle { destroy = false }
}

import {
  for_each = toset(["a"])
  to       = service_account.reader[each.key]
  id       = "apps/${each.key}"
}

output "arns" {
  value      = [for key, role in role.reader : "${role.arn} of ${cluster.main.name}"]
  depends_on = [service_account.reader]
}
# file: ./nouns.tf
locals {
  issuer = cluster.main.issuer
}
# file: ./more.trustform.hcl
role "writer" {
  trust = "{}"
}
-----
# main.tf
# Every form in which nouns are written and referred to.

terraform {
  required_providers {
    k8s = { source = "hashicorp/kubernetes" }
  }
}

provider "aws" {
  alias = "other"
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = <<-EOT
    {"Resource": "${module.role_reader["a"].arn}"}
  EOT
}

variable "secrets" { type = list(string) }

moved {
  from = aws_iam_role.old
  to   = module.role_reader["a"].aws_iam_role.this[0]
}

removed {
  from = module.service_account_gone
  lifecycle { destroy = false }
}

import {
  for_each = toset(["a"])
  to       = module.service_account_reader[each.key].kubernetes_service_account_v1.this[0]
  id       = "apps/${each.key}"
}

output "arns" {
  value      = [for key, role in module.role_reader : "${role.arn} of ${module.cluster_main.name}"]
  depends_on = [module.service_account_reader]
}
# nouns.tf
locals {
  issuer = module.cluster_main.issuer
}
# more.tf
# nouns_2.tf
locals {
  trustform_cluster_main_other = {
    issuer       = module.cluster_main.issuer
    provider_arn = data.aws_iam_openid_connect_provider.trustform_cluster_main_other.arn
  }
  trustform_role_reader = {
    for entry in [
      for trustform_key, trustform_value in toset(["a", "b"]) : {
        cluster      = "main"
        issuer       = local.trustform_cluster_main_other.issuer
        provider_arn = local.trustform_cluster_main_other.provider_arn
        audience     = "sts.amazonaws.com"
        subject      = "system:serviceaccount:apps:${trustform_key}"
        role         = tostring(trustform_key)
      }
    ] : entry.role => entry...
  }
}

module "cluster_main" {
  source = "./nouns/cluster"

  name     = "main"
  existing = true
}

module "namespaces_main" {
  source = "./nouns/namespaces"
  for_each = {
    for entry in concat(
      [
        for trustform_key, trustform_value in toset(["a", "b"]) : { cluster = "", name = "apps" }
        if coalesce(trustform_key == "a", false)
      ],
    ) : entry.name => entry...
  }
  providers = {
    kubernetes = k8s.cluster_main
  }

  name = each.value[0].name
}

module "oidc_provider_main" {
  source = "./nouns/oidc_provider"

  url = module.cluster_main.issuer
}

module "role_reader" {
  source   = "./nouns/role"
  for_each = toset(["a", "b"])
  providers = {
    aws = aws.other
  }
  depends_on = [aws_iam_policy.read]

  name = "reader-${each.key}"
  policies = {
    read = jsonencode({
      # what it may do
      Resource = [module.cluster_main.arn]
    })
  }
  bindings = concat(
    lookup(local.trustform_role_reader, tostring(each.key), []),
    [
      {
        cluster      = "main"
        issuer       = local.trustform_cluster_main_other.issuer
        provider_arn = local.trustform_cluster_main_other.provider_arn
        audience     = "sts.amazonaws.com"
        subject      = "system:serviceaccount:tools:*"
      },
    ],
  )
}

module "role_writer" {
  source = "./nouns/role"

  trust = "{}"
  name  = "writer"
}

module "service_account_reader" {
  source   = "./nouns/service_account"
  for_each = toset(["a", "b"])
  providers = {
    kubernetes = k8s.cluster_main
  }
  depends_on = [module.role_reader, module.namespaces_main]

  namespace          = "apps"
  name               = each.key
  image_pull_secrets = var.secrets
  role_arn           = module.role_reader[each.key].arn
  has_role           = true
}

data "aws_iam_openid_connect_provider" "trustform_cluster_main_other" {
  provider = aws.other
  url      = module.cluster_main.issuer
}

provider "k8s" {
  alias          = "cluster_main"
  config_path    = "~/.kube/config"
  config_context = "main"
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
# nouns/namespaces/main.tf
# nouns/namespaces/versions.tf
