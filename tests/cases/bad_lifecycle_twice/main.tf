resource "terraform_data" "a" {
  lifecycle {
    prevent_destroy = true
  }
  lifecycle {
    ignore_changes = ["*"]
  }
}

resource "terraform_data" "b" {
  lifecycle {
    precondition {
      condition     = terraform_data.b.id == ""
      error_message = "No."
    }
    ignore_changes = input
  }
}
