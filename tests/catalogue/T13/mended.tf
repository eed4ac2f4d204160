cluster "main" {
  name     = "main"
  existing = true
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = cluster.main.issuer
  client_id_list = ["sts.amazonaws.com"]
}
