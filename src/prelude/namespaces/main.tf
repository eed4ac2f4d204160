# A namespace that service accounts ask for with `create_namespace`; one call for each cluster, one instance for each name.

variable "name" { type = string }

resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = var.name
  }
}

output "name" { value = kubernetes_namespace_v1.this.metadata[0].name }
