module "m" {
  source = "./m"
}

# Not begun, so what it needs is judged on the way.
resource "terraform_data" "behind" {
  input = module.m.promised.name
}

output "behind" {
  value = module.m.promised.name
}

output "beside" {
  value = module.m.id
}
