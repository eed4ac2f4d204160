cluster "main" {
  name     = "main"
  existing = true
}

resource "aws_eks_identity_provider_config" "main" {
  cluster_name = cluster.main.name

  oidc {
    identity_provider_config_name = "people"
    client_id                     = "kubernetes"
    issuer_url                    = "https://login.example.com"
  }
}
