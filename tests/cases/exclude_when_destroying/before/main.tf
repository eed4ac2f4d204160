resource "terraform_data" "a" {
  input = "a"
}

resource "terraform_data" "b" {
  input = terraform_data.a.output
}

locals {
  of_b = upper(terraform_data.b.output)
}

resource "terraform_data" "c" {
  input = local.of_b
}

resource "terraform_data" "alone" {
  input = "alone"
}

output "a" {
  value = terraform_data.a.output
}

output "c" {
  value = terraform_data.c.output
}
