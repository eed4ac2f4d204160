resource "terraform_data" "a" {}

module "m" {
  source = "./modules/m"
}

removed {
  from = terraform_data.a
}

removed {
  from = module.m
}

removed {
  from = module.m.terraform_data.x
  lifecycle {
    destroy = false
  }
}
