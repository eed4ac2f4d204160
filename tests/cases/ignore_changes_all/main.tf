resource "terraform_data" "a" {
  input            = "new"
  triggers_replace = "new"
  lifecycle {
    ignore_changes = all
  }
}
