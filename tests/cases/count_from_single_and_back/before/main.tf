resource "terraform_data" "a" {
  input = "was single"
}

resource "terraform_data" "b" {
  count = 1
  input = "was counted"
}
