resource "terraform_data" "many" {
  count = 100000
}
