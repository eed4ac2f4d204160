resource "terraform_data" "needed" {
  input = "1"
}

resource "terraform_data" "fails" {
  input = 1
}

resource "terraform_data" "behind" {
  input = terraform_data.fails.output
}
