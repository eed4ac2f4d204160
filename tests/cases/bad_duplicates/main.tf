resource "terraform_data" "a" {}

resource "terraform_data" "a" {}

variable "v" {}

variable "v" {}

output "o" {
  value = 1
}

output "o" {
  value = 2
}

locals {
  l = 1
}

locals {
  l = 2
}

module "m" {
  source = "./modules/m"
}

module "m" {
  source = "./modules/m"
}
