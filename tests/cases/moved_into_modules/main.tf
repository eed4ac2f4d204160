module "new" {
  source = "./modules/new"
  count  = 1
}

resource "terraform_data" "outside" { input = "leaves" }

# A part goes its own way before the whole does.
moved {
  from = module.old.terraform_data.leaves
  to   = terraform_data.outside
}

moved {
  from = module.old
  to   = module.new[0]
}

moved {
  from = terraform_data.plain
  to   = module.new[0].terraform_data.plain
}
