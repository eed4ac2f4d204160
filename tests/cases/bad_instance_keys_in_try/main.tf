resource "terraform_data" "a" {}

output "key" {
  value = try(terraform_data.a["k"].id, "none")
}

output "index" {
  value = try(terraform_data.a[0].id, "none")
}
