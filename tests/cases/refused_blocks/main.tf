resource "terraform_data" "b" {}

check "c" {
  assert {
    condition     = true
    error_message = "Never."
  }
}

ephemeral "random_password" "p" {}
