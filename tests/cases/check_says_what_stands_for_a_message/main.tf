resource "terraform_data" "a" {
  input = "a"
}

check "a" {
  assert {
    condition     = terraform_data.a.output == "b"
    error_message = "The error message could not be evaluated."
  }
}
