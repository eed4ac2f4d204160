resource "terraform_data" "a" {
  input = "not imported, not changed"
  lifecycle {
    ignore_changes  = [input]
    prevent_destroy = true
  }
}

variable "id" {
  type    = number
  default = 17
}

import {
  to = terraform_data.a
  id = var.id
}
