module "child" {
  source = "./child"
}

resource "terraform_data" "behind" {
  input = module.child.checked
}

resource "terraform_data" "behind_the_module" {
  depends_on = [module.child]
}

resource "terraform_data" "other" {}

output "behind" {
  value = terraform_data.behind.id
}
