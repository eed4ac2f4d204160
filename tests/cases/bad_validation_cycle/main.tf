variable "n" {
  default = 5
  validation {
    condition     = var.n > local.x
    error_message = "Not ${var.n}."
  }
}

locals {
  x = var.n
}
