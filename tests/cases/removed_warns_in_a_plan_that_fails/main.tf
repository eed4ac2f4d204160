variable "never" {
  default = false
}

removed {
  from = terraform_data.a

  lifecycle {
    destroy = false
  }
}

resource "terraform_data" "b" {
  lifecycle {
    precondition {
      condition     = var.never
      error_message = "Never."
    }
  }
}
