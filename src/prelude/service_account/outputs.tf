# What can be referred to as `service_account.<label>.<name>`. Both texts come through the object, so that who refers to
# them waits for it, and for the association that its pods need.

output "namespace" {
  value      = var.existing ? var.namespace : kubernetes_service_account_v1.this[0].metadata[0].namespace
  depends_on = [aws_eks_pod_identity_association.this]
}

output "name" {
  value      = var.existing ? var.name : kubernetes_service_account_v1.this[0].metadata[0].name
  depends_on = [aws_eks_pod_identity_association.this]
}

output "subject" { value = "system:serviceaccount:${var.namespace}:${var.name}" }

output "role_arn" { value = var.role_arn }
