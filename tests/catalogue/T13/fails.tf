cluster "main" {
  name     = "main"
  existing = true
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = cluster.main.issuer
  client_id_list = ["sts.amazonaws.com"]

  # openssl x509 -fingerprint -sha256
  thumbprint_list = ["0687260331a72403d909f105e69bcf0d32e1bd2493ffc6d9206d11bcd6770739"]
}
