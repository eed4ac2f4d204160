# What can be referred to as `cluster.<label>.<name>`.

output "name" { value = var.name }

output "arn" {
  value = var.existing ? data.aws_eks_cluster.existing[0].arn : aws_eks_cluster.this[0].arn
}

output "issuer" {
  value = var.existing ? data.aws_eks_cluster.existing[0].identity[0].oidc[0].issuer : aws_eks_cluster.this[0].identity[0].oidc[0].issuer
}

output "endpoint" {
  value = var.existing ? data.aws_eks_cluster.existing[0].endpoint : aws_eks_cluster.this[0].endpoint
}

output "certificate_authority" {
  value = var.existing ? data.aws_eks_cluster.existing[0].certificate_authority[0].data : aws_eks_cluster.this[0].certificate_authority[0].data
}

output "version" {
  value = var.existing ? data.aws_eks_cluster.existing[0].version : aws_eks_cluster.this[0].version
}

output "role_arn" {
  value = var.existing ? data.aws_eks_cluster.existing[0].role_arn : aws_eks_cluster.this[0].role_arn
}
