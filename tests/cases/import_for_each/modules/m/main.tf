resource "terraform_data" "inner" {
  count = 1
  input = "inner"
}
