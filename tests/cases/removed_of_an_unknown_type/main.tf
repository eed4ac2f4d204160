output "a" {
  value = 1
}

removed {
  from = aws_s3_bucket.a
  lifecycle {
    destroy = false
  }
}
