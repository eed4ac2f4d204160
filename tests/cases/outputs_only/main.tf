resource "terraform_data" "a" {
  input = "x"
}

output "changed" {
  value = [2, "two", null]
}

output "new" {
  value = { a = terraform_data.a.output, b = { c = true } }
}

output "same" {
  value = terraform_data.a.output
}
