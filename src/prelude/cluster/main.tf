# A cluster: created and owned, or read when `existing` is true.

locals {
  makes_role = !var.existing && var.role_arn == null
}

data "aws_partition" "current" {
  count = local.makes_role ? 1 : 0
}

resource "aws_iam_role" "cluster" {
  count       = local.makes_role ? 1 : 0
  name_prefix = "${substr(var.name, 0, min(length(var.name), 37))}-"
  tags        = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "eks.amazonaws.com" }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster" {
  count      = local.makes_role ? 1 : 0
  role       = aws_iam_role.cluster[0].name
  policy_arn = "arn:${data.aws_partition.current[0].partition}:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_eks_cluster" "this" {
  count                     = var.existing ? 0 : 1
  name                      = var.name
  version                   = var.kubernetes_version
  role_arn                  = var.role_arn == null ? aws_iam_role.cluster[0].arn : var.role_arn
  enabled_cluster_log_types = var.enabled_log_types
  deletion_protection       = var.deletion_protection
  tags                      = var.tags
  depends_on                = [aws_iam_role_policy_attachment.cluster]

  vpc_config {
    subnet_ids              = var.subnet_ids
    security_group_ids      = var.security_group_ids
    endpoint_public_access  = var.endpoint_public_access
    endpoint_private_access = var.endpoint_private_access
    public_access_cidrs     = var.public_access_cidrs
  }

  # An empty block would mean something else than none.
  dynamic "access_config" {
    for_each = var.authentication_mode == null ? [] : [var.authentication_mode]

    content {
      authentication_mode = access_config.value
    }
  }

  dynamic "encryption_config" {
    for_each = var.encryption_key_arn == null ? [] : [var.encryption_key_arn]

    content {
      resources = ["secrets"]

      provider {
        key_arn = encryption_config.value
      }
    }
  }
}

data "aws_eks_cluster" "existing" {
  count = var.existing ? 1 : 0
  name  = var.name
}
