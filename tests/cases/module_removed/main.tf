resource "terraform_data" "after" {
  input = "alone"
}
