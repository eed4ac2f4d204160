resource "terraform_data" "a" {}

output "checked" {
  value = 1

  precondition {
    condition     = terraform_data.a.id == "x"
    error_message = "It is not x."
  }
}
