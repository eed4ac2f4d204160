resource "terraform_data" "a" {
  input            = { k = "new", other = "new" }
  triggers_replace = null
  lifecycle {
    ignore_changes = [input.k]
  }
}
