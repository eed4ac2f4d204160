resource "terraform_data" "a" {}

# Known, whether the object is there or not.
output "known" {
  value = can({ id = terraform_data.a.id }.name)
}
