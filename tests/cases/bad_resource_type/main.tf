resource "terraform_dat" "a" {}

resource "aws_s3_bucket" "b" {
  bucket = "b"
}

data "terraform_data" "c" {}
