# The earlier run has set one aside and failed, and this one fails, too.
resource "terraform_data" "a" {
  lifecycle {
    create_before_destroy = true
  }

  provisioner "local-exec" {
    command = "exit 1"
  }
}
