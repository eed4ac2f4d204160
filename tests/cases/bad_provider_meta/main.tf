terraform {
  provider_meta "terraform" {
    hello = "world"
  }
  provider_meta "nope" {
    x = var.y
  }
  provider_meta "nope" {
  }
  provider_meta {
  }
}

resource "terraform_data" "a" {}
