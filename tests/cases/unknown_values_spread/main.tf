resource "terraform_data" "a" {
  triggers_replace = 2
}

resource "terraform_data" "b" {
  input = { known = "k", unknown = terraform_data.a.id }
}

resource "terraform_data" "c" {
  input = terraform_data.b.output.known
}

output "known" {
  value = terraform_data.b.input.known
}
