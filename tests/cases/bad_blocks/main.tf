resorce "terraform_data" "a" {}

resource "terraform_data" {}

resource "terraform_data" "b" "c" {}

resource "terraform_data" "d" {
  timeout {}
  lifecycle {
    prevent_destory = true
  }
}

variable "v" {
  typ = string
}

stray = 1
