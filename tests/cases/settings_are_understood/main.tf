terraform {
  required_version = ">= 1.5, < 2.0"
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

resource "terraform_data" "a" {}
