module "greeting" {
  source = "./named"
  count  = 2
  name   = "n${count.index}"
}

resource "terraform_data" "after" {
  input = module.greeting[1].value
}
