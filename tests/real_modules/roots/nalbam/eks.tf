# What the example refers to and does not declare.

provider "aws" {
  region = "ap-northeast-2"
}

module "eks" {
  source = "./eks"
}
