variable "token" {
  type      = string
  ephemeral = true
  default   = "s3cret"
}

variable "plain" {
  ephemeral = true
  default   = null
}

locals {
  settings = { token = var.token, name = "a" }
}

module "child" {
  source = "./child"
  token  = local.settings.token
}

resource "terraform_data" "a" {
  input = {
    name   = local.settings.name
    length = length(local.settings)
    keys   = keys(local.settings)
    none   = ephemeralasnull(local.settings)
    can    = can(var.token)
    null   = ephemeralasnull(module.child.token) == null
  }

  provisioner "local-exec" {
    command     = "test \"$TOKEN\" = s3cret && test \"$UPPER\" = S3CRET && echo \"$TOKEN\""
    environment = { TOKEN = var.token, UPPER = module.child.token }
  }
}

resource "terraform_data" "b" {
  count = 2
  input = count.index

  lifecycle {
    precondition {
      condition     = var.token == "s3cret" && length(module.child.token) == 6
      error_message = "The token is not the one."
    }
  }
}

check "token" {
  assert {
    condition     = module.child.token != var.token
    error_message = "They are the same."
  }
}

output "name" {
  value = local.settings.name
}

output "none" {
  value = [ephemeralasnull(var.token), ephemeralasnull("kept"), module.child.none]
}
