module "z_first" {
  source = "./modules/named"
  name   = "first"
}

resource "terraform_data" "a_second" {
  depends_on = [module.z_first]
}

module "b_third" {
  source     = "./modules/named"
  name       = "third"
  depends_on = [terraform_data.a_second]
}
