resource "terraform_data" "fails" {
  provisioner "local-exec" {
    command = "exit 1"
  }
}

# What it depends on is recorded once it is changed.
resource "terraform_data" "changed" {
  input      = "new"
  depends_on = [terraform_data.fails]

  lifecycle {
    create_before_destroy = true
  }
}

# Nothing is to be done with it, so all is recorded at once.
resource "terraform_data" "stays" {
  depends_on = [terraform_data.fails]

  lifecycle {
    create_before_destroy = true
  }
}

import {
  to = terraform_data.changed
  id = "a"
}

import {
  to = terraform_data.stays
  id = "b"
}
