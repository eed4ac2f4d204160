resource "terraform_data" "remade" {
  triggers_replace = 1
}

resource "terraform_data" "changed" {
  input = "old"
}

resource "terraform_data" "used_it" {
  triggers_replace = 1
  depends_on       = [terraform_data.changed]
  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "gone" {
  depends_on = [terraform_data.remade]
}
