module "m" {
  source = "./m"
}

module "n" {
  source   = "./m"
  for_each = toset(["a"])
}

resource "terraform_data" "a" {
  depends_on = [module.m.o, module.n["a"].o]
}
