variable "x" {
  default = 1
}

removed {
  from = terraform_data.a

  provisioner "local-exec" {
    command = "true"
  }
}

removed {
  from = terraform_data.b

  provisioner "local-exec" {
    when    = create
    command = "true"
  }
}

removed {
  from = module.c

  provisioner "local-exec" {
    when    = destroy
    command = "true"
  }
}

removed {
  from = terraform_data.d

  connection {}
  connection {}
}
