resource "terraform_data" "a" {
  count = 0
}

output "first" {
  value = try(terraform_data.a[0].id, "none")
}

output "one" {
  value = one(terraform_data.a[*].id)
}
