resource "terraform_data" "unknown" {}
resource "terraform_data" "out_of_range" { count = 1 }
resource "terraform_data" "source" {}

import {
  to = terraform_data.unknown
  id = terraform_data.source.id
}

import {
  for_each = toset(["a", "b"])
  to       = terraform_data.out_of_range[0]
  id       = each.key
}
