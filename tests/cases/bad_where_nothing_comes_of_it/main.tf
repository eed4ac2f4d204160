variable "names" {
  type    = list(string)
  default = []
}

provider "aws" {
  alias  = "unused"
  region = upper(var.names)
}

data "aws_iam_policy_document" "a" {
  dynamic "statement" {
    for_each = var.names

    content {
      sid = upper(var.names)
    }
  }
}

resource "terraform_data" "a" {
  count = length(var.names)
  input = upper(var.names)
}

module "m" {
  source   = "./m"
  for_each = toset(var.names)
}
