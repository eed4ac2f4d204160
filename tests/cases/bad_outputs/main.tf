resource "terraform_data" "a" {
  input = 1
}

output "a" {
  value      = terraform_data.a.input
  depends_on = [terraform_data.a]
  precondition {
    condition     = self == 1
    error_message = "x"
  }
  postcondition {}
  foo       = 1
  sensitive = "x"
}

output "b" {}
