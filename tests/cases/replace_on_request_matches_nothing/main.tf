resource "terraform_data" "a" {
  input = "a"
}

resource "terraform_data" "b" {
  input = terraform_data.a.output
}

resource "terraform_data" "c" {
  count = 3
  input = "${terraform_data.b.output}-${count.index}"
}

resource "terraform_data" "alone" {
  input = "alone"
}

module "m" {
  source = "./modules/m"
  count  = 2
  text   = terraform_data.a.output
}

output "constant" {
  value = 1
}

output "a" {
  value = terraform_data.a.output
}

output "both" {
  value = "${terraform_data.a.output} ${terraform_data.alone.output}"
}

output "c" {
  value = terraform_data.c[*].output
}

output "m" {
  value = module.m[*].text
}
