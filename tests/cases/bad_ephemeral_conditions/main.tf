variable "token" {
  ephemeral = true
  default   = "s3cret"
}

resource "terraform_data" "a" {
  lifecycle {
    precondition {
      condition     = var.token == "other"
      error_message = "The token is ${var.token}."
    }
  }
}
