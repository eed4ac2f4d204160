locals {
  ids = { a = "id-a", b = "id-b" }
}

resource "terraform_data" "keyed" {
  for_each = toset(["a", "b", "c"])
  input    = each.key
}

resource "terraform_data" "counted" {
  count = 3
}

module "m" {
  source   = "./modules/m"
  for_each = local.ids
}

import {
  for_each = local.ids
  to       = terraform_data.keyed[each.key]
  id       = each.value
}

import {
  for_each = ["zero", "one"]
  to       = terraform_data.counted[each.key]
  id       = "counted-${each.value}"
}

import {
  for_each = local.ids
  to       = module.m[each.key].terraform_data.inner[0]
  id       = "inner-${each.value}"
}
