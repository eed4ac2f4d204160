module "m" {
  source = "./modules/m"
  value  = terraform_data.a.output
}

resource "terraform_data" "a" {
  input = module.m.value
}
