resource "terraform_data" "a" {
  input            = "a"
  triggers_replace = "old"

  provisioner "local-exec" {
    when    = destroy
    command = "test ${self.triggers_replace} = old"
  }

  provisioner "local-exec" {
    command = "test ${self.triggers_replace} = old"
  }
}

resource "terraform_data" "first" {
  triggers_replace = "old"

  lifecycle {
    create_before_destroy = true
  }

  provisioner "local-exec" {
    when    = destroy
    command = "exit 1"
  }
}

resource "terraform_data" "shrinks" {
  count = 2

  provisioner "local-exec" {
    when    = destroy
    command = "test ${count.index} = 1"
  }
}
