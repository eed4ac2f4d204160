# What uses `replaced` since now, through what stays as it is, has turned to the new object before the old one goes.
resource "terraform_data" "replaced" {
  triggers_replace = 2
  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "between" {
  depends_on = [terraform_data.replaced]
}

resource "terraform_data" "a_user" {
  input = terraform_data.between.id
}

data "terraform_remote_state" "read" {
  backend    = "local"
  config     = { path = "states/there.tfstate" }
  depends_on = [terraform_data.a_user]
}
