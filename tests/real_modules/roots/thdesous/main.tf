provider "aws" {
  region = "us-east-1"
}

provider "kubernetes" {
  host                   = module.cluster.cluster-endpoint
  cluster_ca_certificate = base64decode(module.cluster.cluster-ca-cert)
  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    args        = ["eks", "get-token", "--cluster-name", module.cluster.cluster-name]
    command     = "aws"
  }
}

module "cluster" {
  source = "git::https://github.com/thdesous/aws-eks-cluster.git//infra/modules/cluster?ref=5238706383305303c68b1cad8fd162d86fa39284"

  project_name                          = "lab-eks"
  cluster_name                          = "my-cluster"
  managed_amazon_eks_cluster_policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
  subnet_pub_1a                         = "subnet-00000000000000001"
  subnet_pub_1b                         = "subnet-00000000000000002"
  tags                                  = { Department = "DevOps" }
}

module "load_balancer_controller" {
  source = "git::https://github.com/thdesous/aws-eks-cluster.git//infra/modules/load-balancer-controller?ref=5238706383305303c68b1cad8fd162d86fa39284"

  project_name      = "lab-eks"
  cluster_name      = module.cluster.cluster-name
  oidc_url_identity = module.cluster.oidc-url-identity
  tags              = { Department = "DevOps" }
}
