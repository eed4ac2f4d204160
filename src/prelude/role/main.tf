# A role that pods assume with the tokens of their service accounts.

locals {
  # One statement for each cluster and audience.
  groups   = { for binding in var.bindings : "${binding.cluster} ${binding.audience}" => binding... }
  subjects = { for group, bindings in local.groups : group => sort(distinct(bindings[*].subject)) }

  # Names of service accounts have neither `*` nor `?`: a subject that has is a pattern.
  has_pattern = { for group, subjects in local.subjects : group => length(regexall("[*?]", join(" ", subjects))) > 0 }

  named = [for group, bindings in local.groups : format(
    "{\"Effect\":\"Allow\",\"Principal\":{\"Federated\":%s},\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Condition\":{\"StringEquals\":{%s:%s%s:%s}}}",
    jsonencode(bindings[0].provider_arn),
    jsonencode("${trimprefix(bindings[0].issuer, "https://")}:aud"),
    jsonencode(bindings[0].audience),
    "${local.has_pattern[group] ? "},\"StringLike\":{" : ","}${jsonencode("${trimprefix(bindings[0].issuer, "https://")}:sub")}",
    length(local.subjects[group]) == 1 ? jsonencode(local.subjects[group][0]) : jsonencode(local.subjects[group]),
  )]

  # The same for EKS Pod Identity, whose sessions carry tags: one statement for each cluster and namespace.
  groups_of_tags = { for account in var.associations : "${account.cluster} ${split(":", account.subject)[2]}" => account... }
  tagged         = { for group, accounts in local.groups_of_tags : group => sort(distinct([for account in accounts : split(":", account.subject)[3]])) }

  by_tags = [for group, accounts in local.groups_of_tags : format(
    "{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"pods.eks.amazonaws.com\"},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"],\"Condition\":{\"StringEquals\":{\"aws:RequestTag/eks-cluster-arn\":%s%s\"aws:RequestTag/kubernetes-namespace\":%s,\"aws:RequestTag/kubernetes-service-account\":%s}}}",
    jsonencode(accounts[0].cluster_arn),
    length(regexall("[*?]", join(" ", accounts[*].subject))) > 0 ? "},\"StringLike\":{" : ",",
    jsonencode(split(":", accounts[0].subject)[2]),
    length(local.tagged[group]) == 1 ? jsonencode(local.tagged[group][0]) : jsonencode(local.tagged[group]),
  )]

  # `trust` is a document, a statement or a list of statements.
  further = var.trust == null ? [] : [
    for statement in flatten([try(jsondecode(var.trust).Statement, jsondecode(var.trust))]) : jsonencode(statement)
  ]

  # A role needs a trust policy also while nobody may assume it.
  nobody       = ["{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sts:AssumeRoleWithWebIdentity\"}"]
  statements   = concat(local.named, local.by_tags, local.further)
  trust_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[${join(",", length(local.statements) == 0 ? local.nobody : local.statements)}]}"
}

resource "aws_iam_role" "this" {
  count                = var.existing ? 0 : 1
  name                 = var.name
  name_prefix          = var.name_prefix
  path                 = var.path
  description          = var.description
  permissions_boundary = var.permissions_boundary
  max_session_duration = var.max_session_duration
  tags                 = var.tags
  assume_role_policy   = local.trust_policy
}

resource "aws_iam_role_policy" "inline" {
  for_each = var.existing ? {} : var.policies
  name     = each.key
  role     = aws_iam_role.this[0].name
  policy   = each.value
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each   = toset(var.existing ? [] : var.managed_policies)
  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

data "aws_iam_role" "existing" {
  count = var.existing ? 1 : 0
  name  = var.name
}
