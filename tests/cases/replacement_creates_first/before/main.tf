resource "terraform_data" "a" {
  input            = "a"
  triggers_replace = "1"
  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "b" {
  input            = "b"
  triggers_replace = terraform_data.a.id
}

resource "terraform_data" "c" {
  input = terraform_data.b.id
}
