resource "terraform_data" "a" {}

resource "terraform_data" "b" {}

resource "terraform_data" "c" {
  for_each = toset(["x"])
}

resource "terraform_data" "d" {
  for_each = toset(["x"])
}

import {
  for_each = split(",", terraform_data.a.id)
  to       = terraform_data.b
  id       = "x"
}

import {
  for_each = split(",", terraform_data.a.id)
  to       = terraform_data.c[each.key]
  id       = "x"
}

import {
  for_each = toset(split(",", terraform_data.a.id))
  to       = terraform_data.d[each.key]
  id       = "x"
}
