resource "terraform_data" "c" {
  count = 2
  input = sensitive("hunter${count.index}")
}
