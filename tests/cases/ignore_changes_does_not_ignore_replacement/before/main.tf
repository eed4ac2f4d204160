resource "terraform_data" "a" {
  input            = "old"
  triggers_replace = "old"
  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "all" {
  input = "old"
  lifecycle {
    ignore_changes = all
  }
}
