variable "number" {
  default = 1
}

resource "terraform_data" "a" {
  input = 1
  lifecycle {
    precondition {
      condition     = var.number == 2
      error_message = "The number is not two."
    }
    postcondition {
      condition     = self.input == 2
      error_message = "Nor is the input."
    }
  }
}

output "o" {
  value = 1
}
