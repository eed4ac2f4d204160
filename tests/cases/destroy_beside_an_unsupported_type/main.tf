resource "terraform_data" "a" {
  input = 1
}

resource "aws_s3_bucket" "b" {
  bucket = "b"
}

module "inner" {
  source = "./inner"
}
