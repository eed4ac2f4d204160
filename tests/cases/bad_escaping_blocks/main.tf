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

# What is set outside is not set again, and a call has no blocks.
module "n" {
  source = "./n"
  x      = 1
  _ {
    x = 2
    y = 3
    foo {}
    dynamic "bar" {
      for_each = [1]
      content {}
    }
  }
  y = 4
}

resource "terraform_data" "again" {
  input = 1
  _ {
    input = 2
  }
}
