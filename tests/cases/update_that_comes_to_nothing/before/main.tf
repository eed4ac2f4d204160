resource "terraform_data" "a" {
  input = "x"
}

resource "terraform_data" "c" {
  input = terraform_data.a.output
}
