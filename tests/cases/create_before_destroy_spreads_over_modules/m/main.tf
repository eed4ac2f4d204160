variable "trigger" {}

resource "terraform_data" "it" {
  triggers_replace = var.trigger
}

output "id" {
  value = terraform_data.it.id
}
