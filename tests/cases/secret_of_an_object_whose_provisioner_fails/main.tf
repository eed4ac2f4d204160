variable "secret" {
  default   = "c"
  sensitive = true
}

resource "terraform_data" "other" {
  input = "c"
}

# What it is to be is known only while applying, and with that whether it is a secret.
resource "terraform_data" "tainted" {
  input = terraform_data.other.output == var.secret || true

  provisioner "local-exec" {
    command = "exit 1"
  }
}
