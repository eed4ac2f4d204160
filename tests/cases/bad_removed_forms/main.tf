removed {}

removed {
  from = terraform_data.a[0]
}

removed {
  from = module.x[0]
}

removed {
  from = data.terraform_data.x
}

removed {
  from = terraform_data.y
  lifecycle {
    destroy         = "maybe"
    prevent_destroy = true
  }
}

removed {
  from = terraform_data.w
  foo  = 1
  bar {}
}

removed {
  from = terraform_data.v
  to   = terraform_data.u
}
