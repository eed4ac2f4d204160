variable "v" {
  validation {
    condition     = length(var.v) > 3
    error_message = "Too short."
  }
}

variable "w" {
  default = 1
  validation {
    condition     = var.w > 0
    error_message = "Positive."
  }
}

resource "terraform_data" "b" {
  input = var.v
}
