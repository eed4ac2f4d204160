resource "terraform_data" "needed" {
}

resource "terraform_data" "first" {
  input = terraform_data.needed.id
  lifecycle {
    create_before_destroy = true
  }
}
