# All of these conditions hold, or cannot be judged yet.
variable "checked" {
  default = "a"

  validation {
    condition     = var.checked == "a"
    error_message = "Not ${[][0]}."
  }
}

variable "other" {
  default = "a"
}

resource "terraform_data" "a" {
  input = "a"

  lifecycle {
    precondition {
      condition     = var.other == "a"
      error_message = "Not ${{}.name}."
    }
  }
}

output "a" {
  value = "a"

  precondition {
    condition     = var.other == "a"
    error_message = { a = "a" }
  }
}

check "a" {
  assert {
    condition     = var.other == "a"
    error_message = null
  }
}
