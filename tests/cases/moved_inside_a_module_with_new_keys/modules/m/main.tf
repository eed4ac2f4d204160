resource "terraform_data" "y" {
  count = 1
  input = "x"
}

moved {
  from = terraform_data.x
  to   = terraform_data.y[0]
}
