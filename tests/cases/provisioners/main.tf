variable "secret" {
  default   = "hush"
  sensitive = true
}

resource "terraform_data" "a" {
  for_each = { x = 1 }
  input    = each.value

  connection {
    host = self.id
  }

  provisioner "local-exec" {
    command     = "test \"$FOO ${self.input} ${each.key}\" = 'bar 1 x'"
    environment = { FOO = "bar", NONE = null }
  }

  provisioner "local-exec" {
    command     = "test \"$PWD\" = /"
    interpreter = ["/bin/sh", "-e", "-c"]
    working_dir = "/"
    quiet       = true
  }

  provisioner "local-exec" {
    command    = "exit 3"
    on_failure = continue
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.input} ${each.key}"
  }
}

resource "terraform_data" "b" {
  provisioner "local-exec" {
    command = "echo ${terraform_data.a["x"].id} ${var.secret}"
  }
}
