# The local names of providers, wherever they are written.
resource "terraform_data" "upper" {
  provider = TERRAFORM
}

resource "terraform_data" "underscore" {
  provider = my_cloud.west
}

module "m" {
  source = "./m"
  providers = {
    my_random = random
    local     = my_null
  }
}

terraform {
  provider_meta "my_cloud" {}
}

import {
  to       = terraform_data.upper
  id       = "x"
  provider = Terraform
}
