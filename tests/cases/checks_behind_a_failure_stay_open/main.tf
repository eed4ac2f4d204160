resource "terraform_data" "broken" {
  input = "a"

  provisioner "local-exec" {
    command = "exit 1"
  }
}

resource "terraform_data" "other" {
  input = "a"
}

locals {
  broken = terraform_data.broken.input
}

# All of these were decided by the plan already.
check "of_what_failed" {
  assert {
    condition     = terraform_data.broken.input == "a"
    error_message = "It is not a."
  }
}

check "fails" {
  assert {
    condition     = local.broken == "b"
    error_message = "It is not b."
  }
}

check "of_something_else" {
  assert {
    condition     = terraform_data.other.input == "a"
    error_message = "It is not a."
  }
}
