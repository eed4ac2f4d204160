module "greeting" {
  source = "./modules/named"
  name   = "hello"
}

resource "terraform_data" "after" {
  input = module.greeting.value
}

output "greeting" {
  value = module.greeting.value
}
