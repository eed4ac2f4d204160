resource "terraform_data" "z" { count = 1 }

moved {
  from = terraform_data.a
  to   = terraform_data.c
}

moved {
  from = terraform_data.b
  to   = terraform_data.z
}
