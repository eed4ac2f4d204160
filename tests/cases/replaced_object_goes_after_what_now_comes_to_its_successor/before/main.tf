resource "terraform_data" "replaced" {
  triggers_replace = 1
  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "between" {
  depends_on = [terraform_data.replaced]
}

resource "terraform_data" "a_user" {
  input = "old"
}
