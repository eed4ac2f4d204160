resource "terraform_data" "a" {}

data "terraform_remote_state" "d" {
  backend = "local"
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = true
    ignore_changes        = [config]
    replace_triggered_by  = [terraform_data.a]
  }
}
