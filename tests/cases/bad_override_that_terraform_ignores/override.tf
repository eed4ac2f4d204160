resource "terraform_data" "a" {
  lifecycle {
    replace_triggered_by = [terraform_data.b]
  }
}

removed {
  from = terraform_data.c

  lifecycle {
    destroy = false
  }
}
