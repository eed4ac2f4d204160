# A module of which an output is selected is waited for as far as the output needs; one that is taken as a whole, by its
# keys, a splat or a key that is evaluated, altogether.
module "m" {
  source   = "./modules/m"
  for_each = toset(["k"])
}

resource "terraform_data" "a_output" {
  input = module.m["k"].quick
}

resource "terraform_data" "a_splat" {
  input = values(module.m)[*].quick
}

resource "terraform_data" "an_evaluated_key" {
  for_each = toset(["k"])
  input    = module.m[each.key].quick
}

resource "terraform_data" "the_keys" {
  input = keys(module.m)
}
