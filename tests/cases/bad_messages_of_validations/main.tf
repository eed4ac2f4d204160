variable "secret" {
  default   = "s3cret"
  sensitive = true

  validation {
    condition     = var.secret == "y"
    error_message = "Not ${var.secret}."
  }
}

variable "other" {
  default   = "0ther"
  sensitive = true
}

variable "list" {
  default = "x"

  validation {
    condition     = var.list == "y"
    error_message = ["Not y."]
  }
}

variable "sensitive" {
  default = "x"

  validation {
    condition     = var.sensitive == "y"
    error_message = "Not ${var.other}."
  }
}

variable "ephemeral" {
  default   = "x"
  ephemeral = true

  validation {
    condition     = var.ephemeral == "y"
    error_message = "Not with ${var.ephemeral}."
  }
}

# Nobody makes a text of it.
variable "holds" {
  default = "x"

  validation {
    condition     = var.holds == "x"
    error_message = ["Not x."]
  }
}
