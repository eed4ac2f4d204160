variable "value" {}

resource "terraform_data" "it" {
  input = var.value
}
