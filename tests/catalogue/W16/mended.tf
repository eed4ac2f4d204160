cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "external_dns" {
  policies = {
    zones = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "route53:ListHostedZones", Resource = "*" }]
    })
  }
}

service_account "external_dns" {
  cluster   = cluster.main
  namespace = "kube-system"
  name      = "external-dns"
  role      = role.external_dns
  annotations = {
    "example.com/moved" = "soon"
  }
}
