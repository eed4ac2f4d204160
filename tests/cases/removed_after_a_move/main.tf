resource "terraform_data" "d" {}

moved {
  from = terraform_data.a
  to   = terraform_data.b
}

removed {
  from = terraform_data.b
  lifecycle {
    destroy = false
  }
}

# What was moved away is not what was removed.
moved {
  from = terraform_data.c
  to   = terraform_data.d
}

removed {
  from = terraform_data.c
  lifecycle {
    destroy = false
  }
}
