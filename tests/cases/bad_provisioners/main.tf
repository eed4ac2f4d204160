resource "terraform_data" "a" {
  input = 1

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${terraform_data.b.id} ${each.value} ${path.module} ${terraform.workspace} ${self.id}"
  }

  provisioner "local-exec" {
    when       = foo
    on_failure = bar
  }

  provisioner "local-exec" {
    commands = "x"
    bla {}
    connection {
      host = nope.x
    }
  }

  provisioner {
  }

  connection {
    host = self.id
  }

  connection {
    host = self.id
  }
}

resource "terraform_data" "b" {}

data "terraform_remote_state" "d" {
  backend = "local"
  provisioner "local-exec" {
    command = ""
  }
}
