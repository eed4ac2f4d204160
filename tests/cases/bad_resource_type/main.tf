resource "terraform_dat" "a" {}

resource "aws_s3_bucket" "b" {
  bucket = "b"
}

data "terraform_data" "c" {}

resource "terraform_dat" "d" {
  count = "2"
}

resource "terraform_dat" "none" {
  count = "0"
}

resource "helm_release" "e" {}
