variable "name" { type = string }
resource "terraform_data" "first" { input = "first of ${var.name}" }
resource "terraform_data" "second" {
  count = 2
  input = "second of ${var.name}, ${terraform_data.first.id}"
}
output "first" { value = terraform_data.first.id }
