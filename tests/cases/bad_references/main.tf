variable "name" {
  default = "x"
}

locals {
  region = "here"
  uses   = local.regoin
}

module "m" {
  source = "./modules/m"
}

resource "terraform_data" "a" {
  input = var.nmae
}

output "attribute" {
  value = terraform_data.a.outptu
}

output "resource" {
  value = terraform_data.b.output
}

output "type" {
  value = aws_role.b.arn
}

output "module" {
  value = module.n.value
}

output "module_output" {
  value = module.m.valeu
}

output "each" {
  value = each.key
}

output "count" {
  value = count.index
}

output "self" {
  value = self.id
}

output "function" {
  value = lenght("x")
}

output "path" {
  value = path.modul
}
