resource "terraform_data" "stays" {}

removed {
  from = terraform_data.a

  lifecycle {
    destroy = false
  }
}

removed {
  from = module.m
  lifecycle {
    destroy = false
  }
}

removed {
  from = module.n.terraform_data.inner
  lifecycle {
    destroy = false
  }
}

removed {
  from = terraform_data.never_was
  lifecycle {
    destroy = false
  }
}
