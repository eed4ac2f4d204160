resource "terraform_data" "gone" {}
