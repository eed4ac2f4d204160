resource "terraform_data" "a" {
  input = "x"
}

resource "terraform_data" "b" {
  input = terraform_data.a.output

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "c" {
  input            = terraform_data.f.output
  triggers_replace = terraform_data.a.output
}

resource "terraform_data" "f" {
  triggers_replace = 1
}

resource "terraform_data" "z" {
  input = terraform_data.f.output
}
