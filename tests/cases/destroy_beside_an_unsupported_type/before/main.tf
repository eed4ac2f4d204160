resource "terraform_data" "a" {
  input = 1
}

module "inner" {
  source = "./inner"
}
