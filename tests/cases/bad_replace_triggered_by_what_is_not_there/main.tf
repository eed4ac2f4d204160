resource "terraform_data" "a" {}

resource "terraform_data" "l" {
  count = 2
}

resource "terraform_data" "e" {
  lifecycle {
    replace_triggered_by = [terraform_data.l[5]]
  }
}

resource "terraform_data" "f" {
  lifecycle {
    replace_triggered_by = [terraform_data.a[0]]
  }
}
