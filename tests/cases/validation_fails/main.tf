variable "n" {
  type    = number
  default = 0
  validation {
    condition     = var.n > 0
    error_message = "Positive, not ${var.n}."
  }
  validation {
    condition     = var.n > 1
    error_message = "More than one."
  }
}

variable "secret" {
  default = "x"
  validation {
    condition     = length(var.secret) > length(var.hidden)
    error_message = "Longer than ${var.hidden}."
  }
}

variable "hidden" {
  default   = "abc"
  sensitive = true
}

variable "odd" {
  default = 1
  validation {
    condition     = "${var.odd}"
    error_message = "x"
  }
  validation {
    condition     = var.odd == 1 ? null : true
    error_message = "x"
  }
  validation {
    condition     = "foo${var.odd}"
    error_message = "x"
  }
}

variable "short" {
  default = "x"
}

module "m" {
  source = "./modules/m"
  v      = var.short
}

# It waits for a value that there is not.
locals {
  y = 1 / var.n
}
