terraform {
  required_version = ">= 1.0"
}

variable "text" {
  type = number
}

variable "secret" {
  sensitive = true
}

locals {
  one = "a"
}

locals {
  one = "a again"
}

output "values" {
  value = [local.one, local.two, var.text, module.child.values]
}

resource "terraform_data" "input" {
  input = "a"
}

resource "terraform_data" "input" {
  input = "a again"
}

# Where both are set, `count` decides.
resource "terraform_data" "counted" {
  for_each = { a = 1 }
  input    = "a"
}

resource "terraform_data" "each" {
  count = 1
}

resource "terraform_data" "protected" {
  lifecycle {
    prevent_destroy = false
    ignore_changes  = [input]
  }
}

data "terraform_remote_state" "other" {
  config = { path = "a" }
}

module "child" {
  source = "./other"
  first  = "a"
}
