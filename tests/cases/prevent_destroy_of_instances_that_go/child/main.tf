resource "terraform_data" "within" {
  lifecycle {
    prevent_destroy = true
  }
}
