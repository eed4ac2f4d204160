resource "terraform_data" "input" {
  input = "last"
}

module "child" {
  first = "last"
}
