# What is ignored keeps the value that it has, and stays a secret if it was one.
resource "terraform_data" "stays" {
  input = ["new", sensitive("new")]
  lifecycle {
    ignore_changes = all
  }
}

resource "terraform_data" "changes" {
  input            = { a = sensitive("new") }
  triggers_replace = "old"
  lifecycle {
    ignore_changes = [input]
  }
}

resource "terraform_data" "stays_plain" {
  input = sensitive("new")
  lifecycle {
    ignore_changes = [input]
  }
}
