module "m" {
  source = "./modules/m"
  names  = "not a list"
}
