module "m" {
  source = "./m"
}

module "none" {
  source   = "./m"
  for_each = {}
}

resource "terraform_data" "a" {
  input            = try(module.m.gone, "caught")
  triggers_replace = can(module.none["a"].gone)
}
