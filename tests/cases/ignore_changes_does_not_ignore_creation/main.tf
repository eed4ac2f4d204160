resource "terraform_data" "a" {
  input            = "x"
  triggers_replace = "y"
  lifecycle {
    ignore_changes = all
  }
}
