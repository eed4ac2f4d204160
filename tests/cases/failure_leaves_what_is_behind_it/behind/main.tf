variable "size" {
  type = number

  validation {
    condition     = var.size > 2
    error_message = "Too small."
  }
}

resource "terraform_data" "this" {
  input = var.size

  lifecycle {
    precondition {
      condition     = var.size < 4
      error_message = "Too large."
    }
  }
}

output "size" {
  value = var.size

  precondition {
    condition     = var.size != 5
    error_message = "Just that."
  }
}
