# What can be referred to as `oidc_provider.<label>.<name>`.

output "arn" {
  value = var.existing ? data.aws_iam_openid_connect_provider.existing[0].arn : aws_iam_openid_connect_provider.this[0].arn
}

output "url" { value = var.url }

output "issuer" { value = "https://${trimprefix(var.url, "https://")}" }
