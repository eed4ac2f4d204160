resource "terraform_data" "a" {
  input            = "new"
  triggers_replace = "old"
  lifecycle {
    ignore_changes = [input]
  }
}
