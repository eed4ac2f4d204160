provider "aws" {
  region = "ap-northeast-2"
}

cluster "main" {
  name     = "ssup2-eks-cluster"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "app" {
  policies = {
    reading = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
    })
  }
}

service_account "app" {
  cluster   = cluster.main
  namespace = "kube-system"
  role      = role.app
  labels    = { team = "a" }
}

import {
  to = oidc_provider.main
  id = "arn:aws:iam::132099918825:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53"
}

import {
  to = role.app
  id = "ap"
}

import {
  for_each = toset(["reading"])
  to       = role.app.aws_iam_role_policy.inline[each.key]
  id       = each.key
}

import {
  to = service_account.app
  id = "app"
}

locals {
  namespace = "kube-system"
}
