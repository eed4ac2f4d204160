module "outer" {
  source   = "./modules/outer"
  for_each = toset(["x"])
  names    = ["a", "b"]
}

output "outer" {
  value = module.outer["x"].all
}
