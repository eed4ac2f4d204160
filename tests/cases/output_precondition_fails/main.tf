variable "n" {
  default = 5
}

resource "terraform_data" "a" {
  input = var.n
  lifecycle {
    precondition {
      condition     = var.n > 1
      error_message = "n is ${var.n}, and must be more than 1."
    }
    postcondition {
      condition     = self.output < 10
      error_message = "The output is ${self.output}, and must be less than 10."
    }
  }
}

output "o" {
  value = terraform_data.a.output
  precondition {
    condition     = var.n != 5
    error_message = "Not 5."
  }
}
