resource "terraform_data" "stays" {
  input = ["a", sensitive("b")]
}

resource "terraform_data" "changes" {
  input            = { a = sensitive("a") }
  triggers_replace = "old"
}

resource "terraform_data" "stays_plain" {
  input = "a"
}
