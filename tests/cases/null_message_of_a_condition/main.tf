variable "none" {
  type    = string
  default = null
}

resource "terraform_data" "b" {
  input = "b"

  lifecycle {
    postcondition {
      condition     = length(self.id) > 2
      error_message = var.none
    }
  }
}
