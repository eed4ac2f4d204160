resource "terraform_data" "stays" {
  input = "x"
}

resource "terraform_data" "remade" {
  triggers_replace = terraform_data.stays.output != "y"
}
