resource "terraform_data" "a" {
  input = 2

  lifecycle {
    replace_triggered_by = [terraform_data.b]
  }
}

resource "terraform_data" "b" {
  input = 2
}

resource "terraform_data" "c" {
  input = 2
}
