cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

service_account "external_dns" {
  cluster   = cluster.main
  namespace = "dns"
  name      = "external-dns"
  role_arn  = aws_iam_role.external_dns.arn
}

data "aws_iam_policy_document" "external_dns" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [oidc_provider.main.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${trimprefix(cluster.main.issuer, "https://")}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${trimprefix(cluster.main.issuer, "https://")}:sub"
      values   = ["system:serviceaccount:dns:*"]
    }
  }
}

resource "aws_iam_role" "external_dns" {
  name               = "external-dns"
  assume_role_policy = data.aws_iam_policy_document.external_dns.json
}
