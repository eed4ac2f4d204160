# All of these conditions hold, or cannot be judged yet.
variable "none" {
  type    = string
  default = null
}

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

resource "terraform_data" "b" {
  input = "b"

  lifecycle {
    postcondition {
      condition     = length(self.id) > 2
      error_message = var.none
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
