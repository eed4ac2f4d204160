variable "secret" {
  type      = string
  sensitive = true
  default   = "s3cret"
}

variable "fleeting" {
  type      = string
  ephemeral = true
  default   = "fl33ting"
}

# One warning, however many instances there are.
resource "terraform_data" "a" {
  count = 2
  input = count.index

  lifecycle {
    precondition {
      condition     = count.index < 2
      error_message = "Not with ${var.secret}."
    }

    postcondition {
      condition     = self.input < 2
      error_message = "Not with ${var.fleeting}."
    }
  }
}

# Nothing is said of a message that is not known yet.
resource "terraform_data" "b" {
  input = "b"

  lifecycle {
    postcondition {
      condition     = self.input == "b"
      error_message = "Not with ${sensitive(self.id)}."
    }
  }
}

output "a" {
  value = "a"

  precondition {
    condition     = terraform_data.a[0].input == 0
    error_message = "Not with ${var.secret}."
  }
}

check "holds" {
  assert {
    condition     = var.secret != ""
    error_message = "Not with ${var.secret}."
  }
}

check "fails" {
  assert {
    condition     = terraform_data.b.input == "c"
    error_message = "Not with ${var.secret}."
  }
}
