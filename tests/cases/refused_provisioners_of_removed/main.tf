removed {
  from = terraform_data.z

  connection {
    host = "localhost"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo bye"
  }
}
