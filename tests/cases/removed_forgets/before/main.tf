resource "terraform_data" "a" { count = 2 }
resource "terraform_data" "b" { input = terraform_data.a[0].id }
resource "terraform_data" "stays" {}
module "m" {
  source   = "./modules/m"
  for_each = toset(["x", "y"])
}
module "n" {
  source = "./modules/m"
}
