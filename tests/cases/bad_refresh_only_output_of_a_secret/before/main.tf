resource "terraform_data" "a" {
  input = sensitive("hunter2")
}
