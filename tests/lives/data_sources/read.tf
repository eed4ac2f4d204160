provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = { team = "shop" }
  }
}

data "aws_eks_cluster" "main" {
  name = "main"
}

data "tls_certificate" "issuer" {
  url = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
}

data "aws_availability_zones" "available" {
  state         = "available"
  exclude_names = ["eu-west-1b"]
}

data "aws_service_principal" "eks" {
  service_name = "eks"
}

data "aws_arn" "cluster" {
  arn = data.aws_eks_cluster.main.arn
}

data "aws_default_tags" "current" {}

resource "aws_iam_openid_connect_provider" "main" {
  url             = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = [data.tls_certificate.issuer.certificates[0].sha1_fingerprint]
}

output "chain" {
  value = [for certificate in data.tls_certificate.issuer.certificates : certificate.subject]
}

output "facts" {
  value = {
    account   = data.aws_arn.cluster.account
    principal = data.aws_service_principal.eks.name
    resource  = data.aws_arn.cluster.resource
    tags      = data.aws_default_tags.current.tags
    zones     = data.aws_availability_zones.available.names
  }
}
