resource "terraform_data" "plain" { input = "plain" }
module "old" {
  source = "./modules/old"
}
