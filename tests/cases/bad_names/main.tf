variable "1a" {
}

output "1b" {
  value = 1
}

resource "1d" "a" {
}

resource "terraform_data" "1e" {
}

data "1f" "a" {
}

data "terraform_remote_state" "1g" {
}

check "1h" {
  assert {
    condition     = timestamp() != ""
    error_message = "It is never."
  }
}
