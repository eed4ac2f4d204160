variable "n" {
  type    = number
  default = 5
  validation {
    condition     = var.n > 0
    error_message = "Positive, not ${var.n}."
  }
  validation {
    condition     = var.n > local.least && contains(var.allowed, var.n)
    error_message = "One of ${join(", ", var.allowed)}."
  }
}

variable "allowed" {
  default = [5, 6]
}

variable "secret" {
  type      = string
  default   = "long enough"
  sensitive = true
  validation {
    condition     = length(var.secret) > 3
    error_message = "Too short."
  }
}

variable "nothing" {
  type    = string
  default = null
  validation {
    condition     = var.nothing == null || try(length(var.nothing) > 3, false)
    error_message = "Too short."
  }
}

locals {
  least = 4
}

output "n" {
  value = var.n
}
