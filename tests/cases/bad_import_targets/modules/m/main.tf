import {
  to = terraform_data.x
  id = "inner"
}

resource "terraform_data" "x" {}
