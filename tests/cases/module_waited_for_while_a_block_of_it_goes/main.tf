module "child" {
  source = "./child"
}

# What is still to be destroyed stays recorded here.
resource "terraform_data" "unchanged" {
  depends_on = [module.child]
}

resource "terraform_data" "changed" {
  input      = 2
  depends_on = [module.child]
}
