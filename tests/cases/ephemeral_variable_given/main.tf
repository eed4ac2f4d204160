variable "token" {
  type      = string
  ephemeral = true
}

resource "terraform_data" "a" {
  input = "a"

  provisioner "local-exec" {
    command     = "test \"$TOKEN\" = abc"
    environment = { TOKEN = var.token }
  }
}
