# A service account whose pods get a role. The annotations are those of the EKS Pod Identity webhook:
# https://github.com/aws/amazon-eks-pod-identity-webhook

locals {
  settings = {
    "eks.amazonaws.com/audience"               = var.audience
    "eks.amazonaws.com/token-expiration"       = var.token_expiration == null ? null : tostring(var.token_expiration)
    "eks.amazonaws.com/sts-regional-endpoints" = var.sts_regional_endpoints == null ? null : tostring(var.sts_regional_endpoints)
  }

  annotations = merge(
    var.annotations,
    { for name in(var.has_role ? ["eks.amazonaws.com/role-arn"] : []) : name => var.role_arn },
    { for name, value in local.settings : name => value if value != null },
  )
}

resource "kubernetes_service_account_v1" "this" {
  count                           = var.existing ? 0 : 1
  automount_service_account_token = var.automount_token

  metadata {
    namespace   = var.namespace
    name        = var.name
    labels      = var.labels
    annotations = local.annotations
  }

  dynamic "image_pull_secret" {
    for_each = var.image_pull_secrets

    content {
      name = image_pull_secret.value
    }
  }
}

# Stands only where the role asks for EKS Pod Identity.
resource "aws_eks_pod_identity_association" "this" {
  count           = var.association ? 1 : 0
  cluster_name    = var.cluster_name
  namespace       = var.namespace
  service_account = var.name
  role_arn        = var.role_arn
}

resource "kubernetes_annotations" "this" {
  count       = var.existing && length(local.annotations) > 0 ? 1 : 0
  api_version = "v1"
  kind        = "ServiceAccount"
  annotations = local.annotations

  field_manager = "trustform"

  metadata {
    namespace = var.namespace
    name      = var.name
  }
}

resource "kubernetes_labels" "this" {
  count       = var.existing && length(var.labels) > 0 ? 1 : 0
  api_version = "v1"
  kind        = "ServiceAccount"
  labels      = var.labels

  field_manager = "trustform"

  metadata {
    namespace = var.namespace
    name      = var.name
  }
}
