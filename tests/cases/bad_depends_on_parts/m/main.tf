resource "terraform_data" "it" {}

output "o" {
  value = terraform_data.it.id
}
