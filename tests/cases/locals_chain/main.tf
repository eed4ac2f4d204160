locals {
  c = "${local.b}c"
  a = "a"
}

locals {
  b = "${local.a}b"
  d = terraform_data.x.output
}

resource "terraform_data" "x" {
  input = local.c
}

resource "terraform_data" "y" {
  input = local.d
}

output "chain" {
  value = local.d
}
