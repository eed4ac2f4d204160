module "renamed" {
  source = "./modules/pair"
  name   = "renamed"
}
module "single" {
  source = "./modules/pair"
  name   = "single"
}
module "counted" {
  source = "./modules/pair"
  count  = 2
  name   = "counted"
}
resource "terraform_data" "user" { input = module.renamed.first }
