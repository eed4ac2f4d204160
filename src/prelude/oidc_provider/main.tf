# An OIDC provider of IAM: what lets the role's account trust the tokens of a cluster.

resource "aws_iam_openid_connect_provider" "this" {
  count           = var.existing ? 0 : 1
  url             = var.url
  client_id_list  = var.client_ids
  thumbprint_list = var.thumbprints
  tags            = var.tags
}

data "aws_iam_openid_connect_provider" "existing" {
  count = var.existing ? 1 : 0
  url   = var.url
}
