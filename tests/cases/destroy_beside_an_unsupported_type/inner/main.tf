resource "terraform_data" "c" {
  input = aws_s3_bucket.d.id
}

resource "aws_s3_bucket" "d" {
  bucket = "d"
}
