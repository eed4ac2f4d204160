resource "terraform_data" "a" {
  input = "a"

  provisioner "local-exec" {
    command = "echo one; echo two >&2; exit 2"
  }

  provisioner "local-exec" {
    command = "echo never"
  }
}

resource "terraform_data" "waits" {
  input = terraform_data.a.id
}

resource "terraform_data" "other" {
  provisioner "local-exec" {
    command = "exit 127"
  }
}
