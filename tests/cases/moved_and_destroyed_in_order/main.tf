resource "terraform_data" "ground" { triggers_replace = 2 }

moved {
  from = terraform_data.base
  to   = terraform_data.ground
}
