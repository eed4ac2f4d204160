removed {
  from = terraform_data.kept
  lifecycle {
    destroy = false
  }
}

resource "terraform_data" "user" {
  input            = "none"
  triggers_replace = 1
  lifecycle {
    create_before_destroy = true
  }
}
