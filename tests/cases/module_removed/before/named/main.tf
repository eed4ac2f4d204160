variable "name" {
  type = string
}

variable "suffix" {
  type    = string
  default = "!"
}

resource "terraform_data" "it" {
  input = "${var.name}${var.suffix}"
}

output "value" {
  value = terraform_data.it.output
}

output "id" {
  value = terraform_data.it.id
}
