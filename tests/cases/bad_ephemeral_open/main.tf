ephemeral "random_password" "once" {
  length = 8

  lifecycle {
    postcondition {
      condition     = self.length > 8
      error_message = "It is too short."
    }
  }
}

output "o" {
  value = ephemeralasnull(ephemeral.random_password.once)
}
