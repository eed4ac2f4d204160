resource "terraform_data" "z" {}

moved {
  from = terraform_data.a
  to   = module.m
}

moved {
  from = terraform_data.a[0].x
  to   = terraform_data
}

moved {
  from = "terraform_data.a"
  to   = terraform_data.a[each.key]
}

moved {
  to  = terraform_data.c
  foo = 1
}

moved {
  from = local.x
  to   = terraform_data.x[*]
}

moved "x" {
  from = terraform_data.x
  to   = terraform_data.y
}

moved {
  from = terraform_data.x
  to   = terraform_data.y
  nested {}
}
