resource "terraform_data" "many" {
  count = 94967296
}

module "m" {
  source = "./m"
  count  = 100000
}
