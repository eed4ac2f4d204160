variable "v" {
  validation {
    condition     = length(var.v) > 3
    error_message = "short ${nope.x}"
    foo           = 1
  }
  validation {}
  validation "x" {
    condition     = length(var.v) > 3
    error_message = "x"
  }
  validation {
    condition     = true
    error_message = "x"
  }
  validation {
    condition     = var.w == 1
    error_message = self
  }
}

variable "w" {}
