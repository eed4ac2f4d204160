resource "terraform_data" "z_first" {}

resource "terraform_data" "a_second" {
  depends_on = [terraform_data.z_first]
}

resource "terraform_data" "b_third" {
  count      = 2
  depends_on = [terraform_data.a_second]
}
