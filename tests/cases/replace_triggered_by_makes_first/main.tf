resource "terraform_data" "changed" {
  input = 2
}

resource "terraform_data" "first" {
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.changed]
  }
}

resource "terraform_data" "user" {
  input = terraform_data.first.id
}
