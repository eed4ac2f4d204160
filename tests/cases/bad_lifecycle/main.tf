variable "on" {
  default = true
}

resource "terraform_data" "a" {
  lifecycle {
    create_before_destroy = var.on
    ignore_changes        = [inptu]
    prevent_destroy       = "maybe"
    precondition {
      condition = true
    }
  }
}
