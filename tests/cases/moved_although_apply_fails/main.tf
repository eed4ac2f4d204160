resource "terraform_data" "b" {
  input = "after"

  lifecycle {
    postcondition {
      condition     = self.output == "before"
      error_message = "It is what it was."
    }
  }
}

resource "terraform_data" "d" {
  input      = "kept"
  depends_on = [terraform_data.b]
}

moved {
  from = terraform_data.a
  to   = terraform_data.b
}

moved {
  from = terraform_data.c
  to   = terraform_data.d
}
