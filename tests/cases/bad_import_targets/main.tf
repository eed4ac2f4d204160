resource "terraform_data" "one" {}
resource "terraform_data" "counted" { count = 2 }

module "m" {
  source = "./modules/m"
}

import {
  to = terraform_data.one
  id = "a"
}

import {
  to = terraform_data.one
  id = "b"
}

import {
  to = terraform_data.none
  id = "c"
}

import {
  to = module.none.terraform_data.x
  id = "d"
}

import {
  to = terraform_data.counted
  id = "e"
}

import {
  to = terraform_data.counted[0]
  id = terraform_data.counted[1].id + local.none
}
