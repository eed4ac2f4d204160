resource "terraform_data" "named" {
}

resource "terraform_data" "other" {
  lifecycle {
    create_before_destroy = true
    precondition {
      condition     = terraform_data.named.id != ""
      error_message = "It has no identifier."
    }
  }
}

check "both" {
  assert {
    condition     = terraform_data.named.id != terraform_data.other.id
    error_message = "They are the same."
  }
}
