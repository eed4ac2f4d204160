variable "password" {
  default   = "hush"
  sensitive = true
}

resource "terraform_data" "a" {
  input = "b"
  triggers_replace = "b"

  provisioner "local-exec" {
    command     = "echo made $NAME; exit 7; echo and more >&2"
    environment = { NAME = self.input }
  }

  provisioner "local-exec" {
    command = "echo not shown, but for what it says"
    quiet   = true
  }

  provisioner "local-exec" {
    command = "echo ${var.password}"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo goodbye ${self.input}"
  }
}
