resource "terraform_data" "a" {
  input            = "a"
  triggers_replace = "new"

  provisioner "local-exec" {
    when    = destroy
    command = "test ${self.triggers_replace} = old"
  }

  provisioner "local-exec" {
    command = "test ${self.triggers_replace} = new"
  }
}

resource "terraform_data" "first" {
  triggers_replace = "new"

  lifecycle {
    create_before_destroy = true
  }

  provisioner "local-exec" {
    when    = destroy
    command = "exit 1"
  }
}

resource "terraform_data" "shrinks" {
  count = 1

  provisioner "local-exec" {
    when    = destroy
    command = "test ${count.index} = 1"
  }
}
