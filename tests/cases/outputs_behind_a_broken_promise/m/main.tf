resource "terraform_data" "a" {
  input = { name = "n" }
}

output "promised" {
  value = terraform_data.a.output

  precondition {
    condition     = terraform_data.a.id == "other"
    error_message = "It is not the other."
  }
}

output "id" {
  value = terraform_data.a.id
}
