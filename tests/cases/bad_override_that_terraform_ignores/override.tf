removed {
  from = terraform_data.c

  lifecycle {
    destroy = false
  }
}
