variable "token" {
  ephemeral = true
  default   = "s3cret"
}

locals {
  pair = [var.token, "b"]
}

resource "terraform_data" "a" {
  input            = { a = [var.token] }
  triggers_replace = true ? "x" : var.token
}

resource "terraform_data" "counted" {
  count = var.token == "s3cret" ? 1 : 0
}

resource "terraform_data" "keyed" {
  for_each = toset(local.pair)
}

data "terraform_remote_state" "d" {
  backend = "local"
  config = {
    path = var.token
  }
}

module "child" {
  source = "./child"
  plain  = local.pair[1] == "b" ? var.token : ""
}

output "o" {
  value = local.pair[0]
}
