cluster "main" {
  name       = "c"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_iam_openid_connect_provider" "x" {
  url            = cluster.main.issuer
  client_id_list = ["sts.amazonaws.com"]
}

role "app" {}

service_account "app" {
  cluster    = cluster.main
  namespace  = "n"
  role       = role.app
  depends_on = [cluster.main]
}
-----
locals {
  trustform_cluster_main = { issuer = module.cluster_main.issuer, provider_arn = aws_iam_openid_connect_provider.x.arn }
  trustform_role_app = [
    {
      cluster = "main"
      issuer = local.trustform_cluster_main.issuer
      provider_arn = local.trustform_cluster_main.provider_arn
      audience = "sts.amazonaws.com"
      subject = "system:serviceaccount:n:app"
    },
  ]
}

resource "aws_iam_openid_connect_provider" "x" {
  url = module.cluster_main.issuer
  client_id_list = ["sts.amazonaws.com"]
}

module "cluster_main" {
  source   = "./modules/cluster"
  name = "c"
  subnet_ids = ["subnet-1", "subnet-2"]
}

module "role_app" {
  source   = "./modules/role"
  name = "app"
  bindings = local.trustform_role_app
}

module "service_account_app" {
  source   = "./modules/service_account"
  providers = { kubernetes = kubernetes.cluster_main }
  depends_on = [module.cluster_main]
  namespace = "n"
  name = "app"
  role_arn = module.role_app.arn
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

