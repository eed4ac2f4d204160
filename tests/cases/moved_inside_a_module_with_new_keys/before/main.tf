module "m" {
  source = "./modules/m"
  count  = 2
}
