resource "terraform_data" "a" {
  inptu = "x"
}

resource "terraform_dta" "b" {
  input = 1
}

varable "c" {}

output "d" {
  value = terraform_data.aa.id
}

output "e" {
  value = var.missing
}
