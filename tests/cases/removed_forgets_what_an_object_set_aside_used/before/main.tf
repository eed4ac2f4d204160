resource "terraform_data" "kept" {
  input = "kept"
}

resource "terraform_data" "user" {
  input = terraform_data.kept.id
  lifecycle {
    create_before_destroy = true
  }
}
