# Both are told: the type is what has to be mended.
resource "terraform_date" "typo" {
  count = 1
}

resource "terraform_data" "user" {
  input = terraform_data.typo[0].output
}
