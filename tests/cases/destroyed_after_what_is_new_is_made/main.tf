resource "terraform_data" "a" {
  count = 0
}

resource "terraform_data" "b" {
  input = "of ${length(terraform_data.a)}"

  lifecycle {
    create_before_destroy = true
  }
}

variable "never" {
  default = "none"
}

# It is not made, so `a` stays, although only the order connects them.
resource "terraform_data" "c" {
  lifecycle {
    precondition {
      condition     = terraform_data.b.output == var.never
      error_message = "That is never."
    }
  }
}
