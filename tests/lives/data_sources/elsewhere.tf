data "tls_certificate" "issuer" {
  url = "https://example.com"
}
