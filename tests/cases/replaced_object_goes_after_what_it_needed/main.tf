resource "terraform_data" "remade" {
  triggers_replace = 2
}

resource "terraform_data" "changed" {
  input = terraform_data.remade.id
}

# It no longer depends on what is changed, but the object that is set aside did.
resource "terraform_data" "used_it" {
  triggers_replace = 2
  lifecycle {
    create_before_destroy = true
  }
}
