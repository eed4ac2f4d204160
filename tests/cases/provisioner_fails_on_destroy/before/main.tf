resource "terraform_data" "a" {
  input = "a"

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.input}; exit 5"
  }
}

resource "terraform_data" "b" {
  provisioner "local-exec" {
    when       = destroy
    command    = "exit 5"
    on_failure = continue
  }
}

resource "terraform_data" "needed" {
  input = "x"
}
