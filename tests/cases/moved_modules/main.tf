module "renamed_too" {
  source = "./modules/pair"
  name   = "renamed"
}

module "single" {
  source   = "./modules/pair"
  for_each = toset(["only"])
  name     = "single"
}

module "counted" {
  source   = "./modules/pair"
  for_each = toset(["zero"])
  name     = "counted"
}

resource "terraform_data" "user" { input = module.renamed_too.first }

moved {
  from = module.renamed
  to   = module.renamed_too
}

moved {
  from = module.single
  to   = module.single["only"]
}

moved {
  from = module.counted[0]
  to   = module.counted["zero"]
}
