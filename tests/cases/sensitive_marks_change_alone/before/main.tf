resource "terraform_data" "becomes_secret" {
  input = ["a", { b = "b" }]
}

resource "terraform_data" "becomes_plain" {
  input = sensitive("a")
}

resource "terraform_data" "stays_secret" {
  input = { a = sensitive("a"), b = "b" }
}
