removed {
  from = terraform_data.a

  connection {
    host = self.input
  }

  provisioner "local-exec" {
    when    = destroy
    command = "test ${self.input} = in-${count.index} && echo ${path.module}"
  }

  provisioner "local-exec" {
    when       = destroy
    command    = "exit 3"
    on_failure = continue
  }
}

removed {
  from = module.gone.terraform_data.b

  provisioner "local-exec" {
    when    = destroy
    command = "test ${each.key} = k"
  }
}

removed {
  from = terraform_data.kept

  lifecycle {
    destroy = false
  }

  provisioner "local-exec" {
    when    = destroy
    command = "exit 4"
  }
}
