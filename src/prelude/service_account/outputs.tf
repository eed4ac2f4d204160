# What can be referred to as `service_account.<label>.<name>`. Both texts come through the object, so that who refers to
# them waits for it.

output "namespace" {
  value = var.existing ? var.namespace : kubernetes_service_account_v1.this[0].metadata[0].namespace
}

output "name" {
  value = var.existing ? var.name : kubernetes_service_account_v1.this[0].metadata[0].name
}

output "subject" { value = "system:serviceaccount:${var.namespace}:${var.name}" }

output "role_arn" { value = var.role_arn }
