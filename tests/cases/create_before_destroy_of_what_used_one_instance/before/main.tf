resource "terraform_data" "used" {
  count = 2
}

resource "terraform_data" "user" {
  input = terraform_data.used[0].id
  lifecycle {
    create_before_destroy = true
  }
}
