resource "terraform_data" "many" {
  count = 94967296
}
