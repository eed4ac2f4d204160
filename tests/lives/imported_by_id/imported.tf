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
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }]
  })
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = local.trust
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = local.grant
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
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "blue"
}

resource "aws_iam_openid_connect_provider" "ci" {
  url            = "https://tokens.example.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_eks_access_entry" "app" {
  cluster_name  = "main"
  principal_arn = aws_iam_role.app.arn
}

resource "aws_eks_access_policy_association" "view" {
  cluster_name  = "main"
  principal_arn = aws_eks_access_entry.app.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"

  access_scope {
    type = "cluster"
  }
}

resource "aws_eks_pod_identity_association" "app" {
  cluster_name    = "main"
  namespace       = "default"
  service_account = "app"
  role_arn        = aws_iam_role.app.arn
}

resource "aws_eks_addon" "dns" {
  cluster_name = "main"
  addon_name   = "coredns"
}

resource "aws_eks_identity_provider_config" "people" {
  cluster_name = "main"

  oidc {
    identity_provider_config_name = "people"
    client_id                     = "kubernetes"
    issuer_url                    = "https://login.example.com"
  }
}

import {
  to = aws_iam_role.app
  id = "app"
}

import {
  to = aws_iam_policy.read
  id = "arn:aws:iam::123456789012:policy/read"
}

import {
  to = aws_iam_role_policy.write
  id = "app:write"
}

import {
  to = aws_iam_role_policy_attachment.read
  id = "app/arn:aws:iam::123456789012:policy/read"
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
  to = aws_eks_access_entry.app
  id = "main:arn:aws:iam::123456789012:role/app"
}

import {
  to = aws_eks_access_policy_association.view
  id = "main#arn:aws:iam::123456789012:role/app#arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
}

import {
  to = aws_eks_pod_identity_association.app
  id = "main,default/app"
}

import {
  to = aws_eks_addon.dns
  id = "main:coredns"
}

import {
  to = aws_eks_identity_provider_config.people
  id = "main:people"
}
