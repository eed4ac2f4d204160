locals {
  command = "true"
}

resource "terraform_data" "old" {
  provisioner "chef" {}
  provisioner "habitat" {}
  provisioner "puppet" {}
  provisioner "salt-masterless" {}
}

resource "terraform_data" "elsewhere" {
  connection {
    host = self.id
    user = local.command
  }
  provisioner "remote-exec" {
    when   = destroy
    inline = [local.command, "echo ${local.command}"]
  }
}
