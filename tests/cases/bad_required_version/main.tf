terraform {
  required_version = "~> 2.0"
}

resource "terraform_data" "a" {}
