provider "aws" {
  region = "eu-west-1"
}

data "aws_eks_cluster" "main" {
  name = "main"
}

data "aws_eks_cluster_auth" "main" {
  name = "main"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.main.certificate_authority[0].data)
  token                  = data.aws_eks_cluster_auth.main.token
}

variable "labels" {
  type    = map(string)
  default = null
}

resource "kubernetes_service_account_v1" "account" {
  metadata {
    name      = "web"
    namespace = "shop"
    labels    = var.labels
  }
}

resource "kubernetes_namespace_v1" "space" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_annotations" "team" {
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "web"
    namespace = "shop"
  }
  annotations = { team = "shop" }

  depends_on = [kubernetes_service_account_v1.account]
}
