resource "terraform_data" "a" {
  input = 1
}

check "does_not_hold" {
  assert {
    condition     = terraform_data.a.input == 2
    error_message = "It is ${terraform_data.a.input}."
  }
}
