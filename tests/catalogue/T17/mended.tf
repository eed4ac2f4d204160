cluster "main" {
  name     = "main"
  existing = true
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = cluster.main.issuer
  client_id_list = ["sts.amazonaws.com"]
}

import {
  to = aws_iam_openid_connect_provider.main
  id = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
}
