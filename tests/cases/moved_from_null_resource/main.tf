resource "terraform_data" "a" {
  triggers_replace = { image = "v1" }
}

resource "terraform_data" "b" {}

moved {
  from = null_resource.a
  to   = terraform_data.a
}

moved {
  from = null_resource.b
  to   = terraform_data.b
}
