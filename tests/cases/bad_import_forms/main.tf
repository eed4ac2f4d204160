resource "terraform_data" "z" {}

import {}

import {
  to = terraform_data.x
}

import {
  to = data.terraform_data.x
  id = "x"
}

import {
  to = module.x
  id = "x"
}

import {
  to       = terraform_data.z
  id       = "x"
  identity = { a = 1 }
  foo      = 1
  lifecycle {}
}
