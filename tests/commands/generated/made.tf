locals {
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
  grant = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:Get*"
      Resource  = "arn:aws:s3:::reports/$${aws:username}/*"
      Condition = { StringLike = { "s3:prefix" = ["$${aws:username}/*", "%%{x}"] } }
    }]
  })
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.main.certificate_authority[0].data)
  token                  = data.aws_eks_cluster_auth.main.token
}

data "aws_eks_cluster" "main" {
  name = "main"
}

data "aws_eks_cluster_auth" "main" {
  name = "main"
}

resource "aws_iam_role" "app" {
  name                  = "app"
  path                  = "/teams/"
  description           = "Reads \"reports\"."
  assume_role_policy    = local.trust
  max_session_duration  = 7200
  permissions_boundary  = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  force_detach_policies = true
  tags                  = { team = "shop", "cost center" = "12" }
}

resource "aws_iam_policy" "read" {
  name        = "read"
  path        = "/teams/"
  description = "Reads."
  policy      = local.grant
  tags        = { team = "shop" }
}

resource "aws_iam_role_policy" "write" {
  name   = "write"
  role   = aws_iam_role.app.name
  policy = local.grant
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policies_exclusive" "app" {
  role_name    = aws_iam_role.app.name
  policy_names = [aws_iam_role_policy.write.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "app" {
  role_name   = aws_iam_role.app.name
  policy_arns = [aws_iam_role_policy_attachment.read.policy_arn]
}

resource "aws_iam_instance_profile" "node" {
  name = "node"
  path = "/teams/"
  role = aws_iam_role.app.name
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "blue"
  description      = "Scales."
}

resource "aws_iam_openid_connect_provider" "ci" {
  url            = "https://tokens.example.com"
  client_id_list = ["sts.amazonaws.com"]
  tags           = { team = "shop" }
}

resource "aws_iam_role" "cluster" {
  name = "cluster"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "eks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_eks_cluster" "made" {
  name                      = "made"
  role_arn                  = aws_iam_role.cluster.arn
  version                   = "1.33"
  enabled_cluster_log_types = ["api", "audit"]
  tags                      = { team = "shop" }

  access_config {
    authentication_mode                         = "API_AND_CONFIG_MAP"
    bootstrap_cluster_creator_admin_permissions = false
  }

  vpc_config {
    subnet_ids              = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    security_group_ids      = ["sg-0123456789abcdef0"]
    endpoint_private_access = true
    public_access_cidrs     = ["203.0.113.0/24"]
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    }
  }

  kubernetes_network_config {
    service_ipv4_cidr = "10.100.0.0/16"
  }

  upgrade_policy {
    support_type = "STANDARD"
  }

  depends_on = [aws_iam_role_policy_attachment.cluster]
}

resource "aws_eks_access_entry" "app" {
  cluster_name      = "main"
  principal_arn     = aws_iam_role.app.arn
  kubernetes_groups = ["deployers"]
  tags              = { team = "shop" }
}

resource "aws_eks_access_policy_association" "view" {
  cluster_name  = "main"
  principal_arn = aws_eks_access_entry.app.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"

  access_scope {
    type       = "namespace"
    namespaces = ["default", "shop"]
  }
}

resource "aws_eks_pod_identity_association" "app" {
  cluster_name    = "main"
  namespace       = "shop"
  service_account = "app"
  role_arn        = aws_iam_role.app.arn
  tags            = { team = "shop" }
}

resource "aws_eks_addon" "dns" {
  cluster_name         = "main"
  addon_name           = "coredns"
  configuration_values = jsonencode({ replicaCount = 4 })
  tags                 = { team = "shop" }
}

resource "aws_eks_identity_provider_config" "people" {
  cluster_name = "main"

  oidc {
    identity_provider_config_name = "people"
    client_id                     = "kubernetes"
    issuer_url                    = "https://login.example.com"
    groups_claim                  = "groups"
    required_claims               = { hd = "example.com" }
  }
}

resource "kubernetes_namespace_v1" "shop" {
  metadata {
    name        = "shop"
    labels      = { "pod-security.kubernetes.io/enforce" = "restricted" }
    annotations = { "example.com/owner" = "shop" }
  }
}

resource "kubernetes_service_account_v1" "app" {
  automount_service_account_token = false

  metadata {
    name        = "app"
    namespace   = kubernetes_namespace_v1.shop.metadata[0].name
    labels      = { app = "app" }
    annotations = { "example.com/owner" = "shop" }
  }

  image_pull_secret {
    name = "registry"
  }

  secret {
    name = "key"
  }
}

resource "kubernetes_service_account" "old" {
  metadata {
    name      = "old"
    namespace = kubernetes_namespace_v1.shop.metadata[0].name
  }
}

resource "kubernetes_namespace" "old" {
  metadata {
    name = "old"
  }
}

resource "kubernetes_annotations" "app" {
  api_version = "v1"
  kind        = "ServiceAccount"
  annotations = { "example.com/team" = "shop" }

  metadata {
    name      = kubernetes_service_account_v1.app.metadata[0].name
    namespace = "shop"
  }
}

resource "kubernetes_labels" "app" {
  api_version = "v1"
  kind        = "ServiceAccount"
  labels      = { "example.com/team" = "shop" }

  metadata {
    name      = kubernetes_service_account_v1.app.metadata[0].name
    namespace = "shop"
  }
}
