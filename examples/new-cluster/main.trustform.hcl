# From nothing to a pod with a role, in one run: cluster, OIDC provider, role, namespace, service account.

provider "aws" {
  region = "eu-west-1"
}

variable "subnet_ids" {
  description = "Two subnets or more, in different availability zones."
  type        = list(string)
  default     = ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0bbbbbbbbbbbbbbb2"]
}

cluster "main" {
  name       = "reports"
  subnet_ids = var.subnet_ids
}

oidc_provider "main" {
  cluster = cluster.main
}

role "reader" {
  name = "reports-reader"
  policies = {
    read = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket"]
        Resource = ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]
      }]
    })
  }
}

service_account "reader" {
  cluster          = cluster.main
  namespace        = "reports"
  create_namespace = true
  role             = role.reader
}

output "issuer" {
  value = cluster.main.issuer
}

output "role_arn" {
  value = role.reader.arn
}
