resource "terraform_data" "needed" {
  count = 1
}

resource "terraform_data" "target" {
  depends_on = [terraform_data.needed]
}
