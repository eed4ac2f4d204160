resource "terraform_data" "a" {
  input = sensitive("hunter2")
}

output "o" {
  value = terraform_data.a.input
}
