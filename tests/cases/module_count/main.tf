module "greeting" {
  source = "./modules/named"
  count  = 2
  name   = "n${count.index}"
}

output "values" {
  value = module.greeting[*].value
}
