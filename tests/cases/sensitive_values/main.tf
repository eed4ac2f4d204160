variable "password" {
  sensitive = true
  default   = "hush"
}

resource "terraform_data" "a" {
  input = { user = "me", password = var.password }
}

output "password" {
  value     = terraform_data.a.output.password
  sensitive = true
}

output "user" {
  value = terraform_data.a.output.user
}
