module "no_source" {}

module "not_there" {
  source = "./modules/none"
}

module "registry" {
  source  = "terraform-aws-modules/iam/aws"
  version = "5.0.0"
}

module "arguments" {
  source = "./modules/m"
  nmae   = "x"
}
