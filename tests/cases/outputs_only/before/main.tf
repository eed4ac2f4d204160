resource "terraform_data" "a" {
  input = "x"
}

output "gone" {
  value = 1
}

output "changed" {
  value = 1
}

output "same" {
  value = terraform_data.a.output
}
