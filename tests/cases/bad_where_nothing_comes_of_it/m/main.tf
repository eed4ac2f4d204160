locals {
  here  = true
  wrong = upper([])
}

check "nothing" {
  assert {
    condition     = local.here
    error_message = ["It is elsewhere."]
  }
}
