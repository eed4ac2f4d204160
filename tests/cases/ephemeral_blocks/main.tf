resource "terraform_data" "length" {
  input = 12
}

ephemeral "random_password" "now" {
  for_each = toset(["a", "b"])
  length   = 8
}

ephemeral "random_password" "later" {
  length = terraform_data.length.output

  lifecycle {
    postcondition {
      condition     = length(self.result) == 12
      error_message = "It has another length."
    }
  }
}

ephemeral "random_bytes" "unused" {
  length = 4
}

resource "terraform_data" "user" {
  input = "user"

  provisioner "local-exec" {
    command = "test $${#NOW} = 8 && test $${#LATER} = 12"
    environment = {
      NOW   = ephemeral.random_password.now["a"].result
      LATER = ephemeral.random_password.later.result
    }
  }
}

resource "terraform_data" "other" {
  input      = "other"
  depends_on = [terraform_data.user]
}
