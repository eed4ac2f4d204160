variable "b" {
  validation {
    condition     = var.b != 5
    error_message = "Not five."
  }
}

variable "missing" {}

locals {
  missing = 3
}

output "a" {
  depends_on = [terraform_data.a]

  precondition {
    condition     = var.a == "y"
    error_message = "Not y."
  }
}

output "missing" {
  value = 1
}

resource "terraform_data" "a" {
  depends_on = [module.a]

  lifecycle {
    precondition {
      condition     = var.a == "y"
      error_message = "Not y."
    }
  }
}

resource "terraform_data" "missing" {}

data "terraform_remote_state" "missing" {
  backend = "local"
}

module "a" {
  depends_on = [terraform_data.a]
}

module "missing" {
  source = "./a"
}

provider "aws" {
  alias = "missing"
}

moved {
  from = terraform_data.b
  to   = terraform_data.a
}

import {
  to = terraform_data.a
  id = "a"
}

check "a" {
  assert {
    condition     = var.a == "y"
    error_message = "Not y."
  }
}

terraform {
  backend "local" {}
}

terraform {
  backend "local" {}
}
