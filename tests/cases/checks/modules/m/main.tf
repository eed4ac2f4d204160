variable "n" {}

check "zero" {
  assert {
    condition     = var.n == 0
    error_message = "${var.n} is not zero."
  }
}
