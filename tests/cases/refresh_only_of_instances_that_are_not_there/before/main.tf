resource "terraform_data" "x" {
  for_each = toset(["a"])
}

output "all" {
  value = [for one in terraform_data.x : one.id]
}
