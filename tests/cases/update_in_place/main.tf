resource "terraform_data" "a" {
  input = { now = ["an", "object"] }
}

resource "terraform_data" "b" {
  input = terraform_data.a.output
}

resource "terraform_data" "c" {
  input = terraform_data.a.id
}
