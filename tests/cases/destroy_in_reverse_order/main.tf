resource "terraform_data" "a" {}

resource "terraform_data" "b" {
  count = 2
  input = terraform_data.a.id
}

module "m" {
  source = "./m"
  value  = terraform_data.b[0].id
}

resource "terraform_data" "c" {
  depends_on = [module.m]
}

output "o" {
  value = terraform_data.c.id
}
