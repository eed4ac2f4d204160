provider "aws" {
  region = "ap-northeast-2"
}

data "aws_eks_cluster" "main" {
  name = "ssup2-eks-cluster"
}

data "aws_eks_cluster_auth" "main" {
  name = "ssup2-eks-cluster"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.main.certificate_authority[0].data)
  token                  = data.aws_eks_cluster_auth.main.token
}

import {
  to = aws_iam_role.app
  id = "app"
}

import {
  to = aws_iam_role_policy.app
  id = "app:reading"
}

import {
  to = kubernetes_service_account.app
  id = "kube-system/app"
}
