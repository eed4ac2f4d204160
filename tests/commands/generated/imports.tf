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

import {
  to = aws_iam_role.app
  id = "app"
}

import {
  to = aws_iam_policy.read
  id = "arn:aws:iam::123456789012:policy/teams/read"
}

import {
  to = aws_iam_role_policy.write
  id = "app:write"
}

import {
  to = aws_iam_role_policy_attachment.read
  id = "app/arn:aws:iam::123456789012:policy/teams/read"
}

import {
  to = aws_iam_role_policies_exclusive.app
  id = "app"
}

import {
  to = aws_iam_role_policy_attachments_exclusive.app
  id = "app"
}

import {
  to = aws_iam_instance_profile.node
  id = "node"
}

import {
  to = aws_iam_service_linked_role.scaling
  id = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_blue"
}

import {
  to = aws_iam_openid_connect_provider.ci
  id = "arn:aws:iam::123456789012:oidc-provider/tokens.example.com"
}

import {
  to = aws_eks_cluster.made
  id = "made"
}

import {
  to = aws_eks_access_entry.app
  id = "main:arn:aws:iam::123456789012:role/teams/app"
}

import {
  to = aws_eks_access_policy_association.view
  id = "main#arn:aws:iam::123456789012:role/teams/app#arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
}

import {
  to = aws_eks_pod_identity_association.app
  id = "main,shop/app"
}

import {
  to = aws_eks_addon.dns
  id = "main:coredns"
}

import {
  to = aws_eks_identity_provider_config.people
  id = "main:people"
}

import {
  to = kubernetes_namespace_v1.shop
  id = "shop"
}

import {
  to = kubernetes_service_account_v1.app
  id = "shop/app"
}

import {
  to = kubernetes_service_account.old
  id = "shop/old"
}

import {
  to = kubernetes_namespace.old
  id = "old"
}

import {
  to = kubernetes_annotations.app
  id = "apiVersion=v1,kind=ServiceAccount,namespace=shop,name=app"
}

import {
  to = kubernetes_labels.app
  id = "apiVersion=v1,kind=ServiceAccount,namespace=shop,name=app"
}

import {
  to = random_bytes.x
  id = "8/fu3q+2DcgSJ19i0jZ5Cw=="
}

import {
  to = random_id.x
  id = "p-9hUg"
}

import {
  to = random_id.y
  id = "my-prefix-,p-9hUg"
}

import {
  to = random_integer.x
  id = "15390,1,50000"
}

import {
  to = random_integer.y
  id = "15390,1,50000,seed"
}

import {
  to = random_password.x
  id = "securepassword"
}

import {
  to = random_string.x
  id = "test"
}

import {
  to = random_uuid.x
  id = "aabbccdd-eeff-4011-8233-445566778899"
}

import {
  to = random_uuid4.x
  id = "aabbccdd-eeff-4011-8233-445566778899"
}

import {
  to = random_uuid7.x
  id = "0193b7a0-eeff-7011-8233-445566778899"
}

import {
  to = terraform_data.x
  id = "any"
}

import {
  to = time_sleep.x
  id = "30s,1m"
}

import {
  to = time_sleep.y
  id = "30s,"
}
