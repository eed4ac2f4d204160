resource "terraform_data" "a" {
  input = 1
}

check "makes_no_sense" {
  assert {
    condition     = terraform_data.a.input.x == 3
    error_message = "Never said."
  }
  assert {
    condition     = terraform_data.a.input == 1 ? null : true
    error_message = "Never said."
  }
}
