resource "terraform_data" "a" {
  input = "x"

  provisioner "local-exec" {
    when    = destroy
    command = "exit 1"
  }
}

resource "terraform_data" "b" {
  input = terraform_data.a.output
}
