variable "text" {
  type = string
}

resource "terraform_data" "in" {
  input = var.text
}

output "text" {
  value = terraform_data.in.output
}
