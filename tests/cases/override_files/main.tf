terraform {
  required_version = "> 99"
}

variable "text" {
  type        = string
  description = "A number later."
  default     = "5"
}

variable "secret" {
  default = "plain"
}

locals {
  one = "main"
  two = "main"
}

output "values" {
  description = "All that there is."
  value       = "overridden"
}

output "secret" {
  value     = var.secret
  sensitive = true
}

resource "terraform_data" "input" {
  input            = "main"
  triggers_replace = ["kept"]
}

resource "terraform_data" "counted" {
  count = 2
  input = "main"
}

resource "terraform_data" "each" {
  for_each = { a = 1 }
  input    = "main"
}

resource "terraform_data" "protected" {
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = true
    ignore_changes        = all
  }
}

data "terraform_remote_state" "other" {
  count   = 0
  backend = "local"
  config  = { path = "main" }
}

module "child" {
  source = "./main"
  first  = "main"
  second = "main"
}
