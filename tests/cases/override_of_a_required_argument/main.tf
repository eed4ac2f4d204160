module "a" {
  source = "./a"
}

output "a" {
  value = module.a.value
}
