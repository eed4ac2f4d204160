provider "aws" {
  region = "eu-west-1"
}

resource "aws_iam_role" "plane" {
  name = "plane"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "eks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "plane" {
  role       = aws_iam_role.plane.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_eks_cluster" "main" {
  name       = "main"
  role_arn   = aws_iam_role.plane.arn
  depends_on = [aws_iam_role_policy_attachment.plane]

  vpc_config {
    subnet_ids = ["subnet-a", "subnet-b"]
  }
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

provider "kubernetes" {
  host                   = aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(aws_eks_cluster.main.certificate_authority[0].data)

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", aws_eks_cluster.main.name]
  }
}

locals {
  issuer = replace(aws_eks_cluster.main.identity[0].oidc[0].issuer, "https://", "")
  names  = ["jsonencode", "heredoc", "document", "template", "prefix"]
}

resource "aws_iam_role" "jsonencode" {
  name = "jsonencode"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.main.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:kube-system:jsonencode"
        }
      }
    }]
  })
}

resource "aws_iam_role" "heredoc" {
  name               = "heredoc"
  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": {
        "Effect": "Allow",
        "Principal": { "Federated": "arn:aws:iam::123456789012:oidc-provider/${local.issuer}" },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringLike": { "${local.issuer}:sub": "system:serviceaccount:kube-system:heredoc" } }
      }
    }
  EOT
}

data "aws_iam_policy_document" "document" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.main.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${replace(aws_iam_openid_connect_provider.main.url, "https://", "")}:sub"
      values   = ["system:serviceaccount:kube-system:document"]
    }
  }
}

resource "aws_iam_role" "document" {
  name               = "document"
  assume_role_policy = data.aws_iam_policy_document.document.json
}

resource "aws_iam_role" "template" {
  name               = "template"
  assume_role_policy = templatefile("trust.json.tpl", {
    provider = aws_iam_openid_connect_provider.main.arn
    account  = "template"
  })
}

resource "aws_iam_role" "prefix" {
  name_prefix        = "prefix-"
  assume_role_policy = templatefile("trust.json.tpl", {
    provider = aws_iam_openid_connect_provider.main.arn
    account  = "prefix"
  })
}

resource "kubernetes_service_account_v1" "jsonencode" {
  metadata {
    name        = "jsonencode"
    namespace   = "kube-system"
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.jsonencode.arn }
  }
}

resource "kubernetes_service_account_v1" "heredoc" {
  metadata {
    name        = "heredoc"
    namespace   = "kube-system"
    annotations = { "eks.amazonaws.com/role-arn" = "arn:aws:iam::123456789012:role/heredoc" }
  }
}

resource "kubernetes_service_account_v1" "document" {
  metadata {
    name        = "document"
    namespace   = "kube-system"
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.document.arn }
  }
}

resource "kubernetes_service_account_v1" "template" {
  metadata {
    name        = "template"
    namespace   = "kube-system"
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.template.arn }
  }
}

resource "kubernetes_service_account_v1" "prefix" {
  metadata {
    name        = "prefix"
    namespace   = "kube-system"
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.prefix.arn }
  }
}
