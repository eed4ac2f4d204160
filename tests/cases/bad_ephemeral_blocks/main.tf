ephemeral "random_password" "once" {
  length = 8
  result = "x"

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [length]
  }

  provisioner "local-exec" {
    command = "true"
  }
}

ephemeral "random_password" "many" {
  count = 2
}

ephemeral "aws_secretsmanager_secret_version" "s" {
  secret_id = "x"
}

resource "terraform_data" "a" {
  input = ephemeral.random_password.nope.result

  lifecycle {
    replace_triggered_by = [ephemeral.random_password.once]
  }
}

locals {
  whole = ephemeral.random_password
  keyed = ephemeral.random_password.many.result
}
