provider "aws" {
  region = "ap-northeast-2"
}

cluster "main" {
  name     = "ssup2-eks-cluster"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

removed {
  from = role.backend

  lifecycle {
    destroy = false
  }
}

removed {
  from = service_account.app

  lifecycle {
    destroy = false
  }
}
