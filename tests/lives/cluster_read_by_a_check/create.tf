provider "aws" {
  region = "eu-west-1"
}

data "aws_eks_cluster" "this" {
  name = "main"
}

data "aws_eks_cluster_auth" "this" {
  name = "main"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.this.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)
  token                  = data.aws_eks_cluster_auth.this.token
}

locals {
  issuer = trimprefix(data.aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")
}

check "version" {
  data "aws_eks_cluster" "asked" {
    name = "main"
  }
  assert {
    condition     = data.aws_eks_cluster.asked.version == "1.20"
    error_message = "The cluster runs ${data.aws_eks_cluster.asked.version}."
  }
}

resource "aws_iam_openid_connect_provider" "this" {
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "dns" {
  name = "dns"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.this.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:kube-system:dns"
        }
      }
    }]
  })
}

resource "kubernetes_service_account_v1" "dns" {
  metadata {
    name        = "dns"
    namespace   = "kube-system"
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.dns.arn }
  }
}
