resource "terraform_data" "alone" {
  input = "alone"
}

resource "terraform_data" "other" {
  count = 2
  input = count.index
}
