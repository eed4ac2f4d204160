resource "terraform_data" "a" {
  input            = "new"
  triggers_replace = "new"
  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "all" {
  input = "new"
  lifecycle {
    ignore_changes = all
  }
}
