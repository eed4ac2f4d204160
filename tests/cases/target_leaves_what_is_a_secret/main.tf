resource "terraform_data" "c" {
  count = 2
  input = sensitive("hunter${count.index}")
}

resource "terraform_data" "d" {
  input = [for c in terraform_data.c : c.input]
}
