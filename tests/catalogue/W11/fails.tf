cluster "main" {
  name     = "main"
  existing = true
}

service_account "external_dns" {
  cluster   = cluster.main
  namespace = "dns"
  name      = "external-dns"
  role_arn  = "arn:aws-cn:iam::123456789012:role/external-dns"
}
