provider "aws" {
  region = "eu-west-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "reader" {
  policies = {
    read = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
    })
  }
}

role "writer" {
  service_accounts = ["default/writer"]
}

service_account "reader" {
  cluster   = cluster.main
  namespace = "default"
  role      = role.reader
}

output "reader" {
  value = role.reader.arn
}

output "writer" {
  value = role.writer.unique_id
}
