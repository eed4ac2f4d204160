ephemeral "random_password" "once" {
  length = 8

  lifecycle {
    postcondition {
      condition     = self.length > 8
      error_message = "It is too short."
    }
  }
}

resource "terraform_data" "a" {
  input = [ephemeral.random_password.once.length]
}

output "o" {
  value = ephemeral.random_password.once
}
