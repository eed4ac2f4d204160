resource "terraform_data" "a" {}
resource "terraform_data" "b" { count = 2 }
resource "terraform_data" "c" { count = 1 }
resource "terraform_data" "z" {}

module "m" {
  source = "./modules/m"
}

moved {
  from = terraform_data.a
  to   = terraform_data.z
}

moved {
  from = terraform_data.b[1]
  to   = terraform_data.y
}

# Nothing is wrong with this one: the instance is gone.
moved {
  from = terraform_data.c[1]
  to   = terraform_data.x
}

moved {
  from = module.m
  to   = module.n
}
