resource "terraform_data" "a" {
  count = 2
  input = "in-${count.index}"
}

module "gone" {
  source = "./child"
}

resource "terraform_data" "kept" {
  input = "kept"
}
