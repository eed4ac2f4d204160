# What is escaped belongs to the type; there is one such block, and it has no label.
resource "terraform_data" "twice" {
  _ {
    input = 1
  }
  _ {
    triggers_replace = 2
  }
}

data "terraform_remote_state" "twice" {
  backend = "local"
  _ {}
  _ {}
}

provider "null" {
  _ {}
  _ {}
}

module "m" {
  source = "./m"
  _ {}
  _ {}
}

resource "terraform_data" "commands" {
  provisioner "local-exec" {
    command = "true"
    _ "label" {}
    connection {}
    connection {}
    lifecycle {}
  }
}
