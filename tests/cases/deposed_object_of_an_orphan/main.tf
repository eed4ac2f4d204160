resource "terraform_data" "other" {
  input = "x"
}
