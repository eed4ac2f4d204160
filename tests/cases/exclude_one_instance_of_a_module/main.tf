module "m" {
  source   = "./modules/m"
  for_each = toset(["x", "y"])
  text     = each.key
}

resource "terraform_data" "of_all" {
  input = [for m in module.m : m.text]
}
