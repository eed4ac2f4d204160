provider "aws" {
  region = "eu-west-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

resource "aws_iam_role" "dns" {
  name = "dns"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = oidc_provider.main.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${trimprefix(cluster.main.issuer, "https://")}:aud" = "sts.amazonaws.com"
          "${trimprefix(cluster.main.issuer, "https://")}:sub" = "system:serviceaccount:kube-system:defualt"
        }
      }
    }]
  })
}

service_account "scaler" {
  cluster   = cluster.main
  namespace = "kube-system"
  role_arn  = aws_iam_role.dns.arn
}
