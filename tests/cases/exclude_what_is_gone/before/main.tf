resource "terraform_data" "needed" {
  input = "needed"
}

resource "terraform_data" "gone" {
  input = terraform_data.needed.output
}

resource "terraform_data" "dependent" {
  input = terraform_data.gone.output
}

resource "terraform_data" "other" {
  input = "other"
}
