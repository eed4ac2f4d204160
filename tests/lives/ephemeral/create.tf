data "aws_eks_cluster" "main" {
  name = "main"
}

ephemeral "aws_eks_cluster_auth" "main" {
  name = data.aws_eks_cluster.main.name
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.main.certificate_authority[0].data)
  token                  = ephemeral.aws_eks_cluster_auth.main.token
}

resource "kubernetes_service_account_v1" "web" {
  metadata {
    name      = "web"
    namespace = "app"
  }
}

ephemeral "kubernetes_token_request_v1" "web" {
  metadata {
    name      = kubernetes_service_account_v1.web.metadata[0].name
    namespace = kubernetes_service_account_v1.web.metadata[0].namespace
  }

  spec {
    audiences          = ["sts.amazonaws.com"]
    expiration_seconds = 900
  }

  depends_on = [kubernetes_service_account_v1.web]
}

ephemeral "random_password" "once" {
  length = 16
}

resource "terraform_data" "user" {
  triggers_replace = "1"

  provisioner "local-exec" {
    command = "echo \"$TOKEN\" | cut -c 1-2 > token; echo \"$${#PASSWORD}\" > password"
    environment = {
      TOKEN    = ephemeral.kubernetes_token_request_v1.web.token
      PASSWORD = ephemeral.random_password.once.result
    }
  }
}
