# Nothing changes but what the state says of a replacement to come.
resource "terraform_data" "needed" {
}

resource "terraform_data" "first" {
  input = terraform_data.needed.id
}
