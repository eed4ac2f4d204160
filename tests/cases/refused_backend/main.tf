terraform {
  backend "s3" {
    bucket = "b"
    key    = "k"
    region = "eu-central-1"
  }
}
