resource "terraform_data" "b" {}

moved {
  from = terraform_data.a
  to   = terraform_data.b
}

removed {
  from = terraform_data.c
}

import {
  to = terraform_data.b
  id = "x"
}

check "c" {
  assert {
    condition     = true
    error_message = "Never."
  }
}

ephemeral "random_password" "p" {}
