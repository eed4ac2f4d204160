resource "terraform_data" "needed" {
  count = 2
}

resource "terraform_data" "target" {
  depends_on = [terraform_data.needed]
}
