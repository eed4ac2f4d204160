module "m" {
  source   = "./modules/m"
  nullable = null
  strict   = null
}

output "both" {
  value = [module.m.nullable, module.m.strict]
}
