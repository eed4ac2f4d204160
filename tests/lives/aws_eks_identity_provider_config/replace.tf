resource "aws_eks_identity_provider_config" "people" {
  cluster_name = "main"
  tags         = { team = "platform" }

  oidc {
    identity_provider_config_name = "staff"
    client_id                     = "kubernetes"
    issuer_url                    = "https://login.example.com"
    groups_claim                  = "groups"
    required_claims               = { hd = "example.com" }
  }
}
