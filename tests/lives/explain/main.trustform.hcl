# The AWS Load Balancer Controller of a cluster that is there already: its pods may act as a role of their own.

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

role "aws_load_balancer_controller" {
  policies = { load_balancing = file("iam-policy.json") }
}

service_account "aws_load_balancer_controller" {
  cluster   = cluster.main
  namespace = "kube-system"
  name      = "aws-load-balancer-controller"
  role      = role.aws_load_balancer_controller
}

output "role_arn" {
  value = role.aws_load_balancer_controller.arn
}

output "subjects" {
  value = role.aws_load_balancer_controller.subjects
}
