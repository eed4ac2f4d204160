module "child" {
  source = "./child"
}

resource "terraform_data" "unchanged" {
  depends_on = [module.child]
}

resource "terraform_data" "changed" {
  input      = 1
  depends_on = [module.child]
}
