resource "terraform_data" "a" {
  lifecycle {
    postcondition {
      condition     = length(self.id) < 5
      error_message = "The id is too long."
    }
  }
}

resource "terraform_data" "b" {
  input = terraform_data.a.id
}

resource "terraform_data" "c" {}
