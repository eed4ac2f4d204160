resource "terraform_data" "made" {
}

resource "terraform_data" "broken" {
  input = terraform_data.made.id

  provisioner "local-exec" {
    command = "exit 1"
  }

  lifecycle {
    postcondition {
      condition     = self.input == "other"
      error_message = "It is ${self.input == "other" ? "" : "not "}the other."
    }
  }
}

resource "terraform_data" "holds" {
  provisioner "local-exec" {
    command = "exit 1"
  }

  lifecycle {
    postcondition {
      condition     = self.id != "other"
      error_message = "It is the other."
    }
  }
}
