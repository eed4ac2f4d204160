resource "terraform_data" "a" {
  count = 1
  input = "was single"
}

resource "terraform_data" "b" {
  input = "was counted"
}
