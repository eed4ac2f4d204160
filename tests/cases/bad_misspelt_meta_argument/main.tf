resource "terraform_data" "each" {
  foreach = toset(["a"])
  input   = "a"
}

resource "terraform_data" "after" {
  dependson = [terraform_data.each]

  provisioner "local-exec" {
    command  = "true"
    provider = "x"
  }
}
