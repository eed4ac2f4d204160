# An escaping block is as if its arguments stood around it.
variable "x" {
  default = 1
}

resource "terraform_data" "a" {
  _ {
    input = var.x
  }
  triggers_replace = 1
  provisioner "local-exec" {
    _ {
      command = "true"
    }
  }
}

module "m" {
  source = "./m"
  _ {
    x = terraform_data.a.input
  }
}

output "x" {
  value = module.m.x
}
