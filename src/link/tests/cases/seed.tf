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
-----
locals {
  trustform_cluster_main = { issuer = module.cluster_main.issuer, provider_arn = module.oidc_provider_main.arn }
  trustform_role_aws_load_balancer_controller = [
    {
      cluster = "main"
      issuer = local.trustform_cluster_main.issuer
      provider_arn = local.trustform_cluster_main.provider_arn
      audience = "sts.amazonaws.com"
      subject = "system:serviceaccount:kube-system:aws-load-balancer-controller"
    },
  ]
}

module "cluster_main" {
  source   = "./modules/cluster"
  name = "ssup2-eks-cluster"
  existing = true
}

module "oidc_provider_main" {
  source   = "./modules/oidc_provider"
  url = module.cluster_main.issuer
}

module "role_aws_load_balancer_controller" {
  source   = "./modules/role"
  policies = { load_balancing = file("iam-policy.json") }
  name = "aws-load-balancer-controller"
  bindings = local.trustform_role_aws_load_balancer_controller
}

module "service_account_aws_load_balancer_controller" {
  source   = "./modules/service_account"
  providers = { kubernetes = kubernetes.cluster_main }
  namespace = "kube-system"
  name = "aws-load-balancer-controller"
  role_arn = module.role_aws_load_balancer_controller.arn
  has_role = true
}

provider "kubernetes" {
  alias = "cluster_main"
  host = module.cluster_main.endpoint
  cluster_ca_certificate = base64decode(module.cluster_main.certificate_authority)
  eks_cluster_name = module.cluster_main.name
  eks_region = split(":", module.cluster_main.arn)[3]
  expected_issuer = module.cluster_main.issuer
  endpoint_from_cluster = true
}

output "role_arn" {
  value = module.role_aws_load_balancer_controller.arn
}

