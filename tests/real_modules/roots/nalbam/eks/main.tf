data "aws_eks_cluster" "main" {
  name = "eks-demo"
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

output "cluster_name" {
  value = data.aws_eks_cluster.main.name
}

output "cluster_oidc_url" {
  value = replace(data.aws_eks_cluster.main.identity[0].oidc[0].issuer, "https://", "")
}
