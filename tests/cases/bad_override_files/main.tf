variable "a" {
  type    = string
  default = "x"
}

variable "b" {
  default = null
}

output "a" {
  value = var.a
}

resource "terraform_data" "a" {}

module "a" {
  source = "./a"
}

locals {
  a = var.b
}
