variable "x" {
  default = 1
}

removed {
  from = terraform_data.a

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${var.x} ${each.value}"
  }
}
