locals {
  two = "b"
}

module "child" {
  second = "b"
}

# The default configuration of a provider needs no block to be overridden.
provider "terraform" {}
