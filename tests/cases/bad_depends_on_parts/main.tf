locals {
  l = { a = 1 }
}

variable "v" {
  default = ["a"]
}

module "m" {
  source = "./m"
}

resource "terraform_data" "b" {
  depends_on = [local.l.a, var.v[0], module.m.o.x]
}
