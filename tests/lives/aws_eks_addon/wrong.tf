resource "aws_eks_addon" "dns" {
  cluster_name = "main"
  addon_name   = "coredns"
  addon_version               = "latest"
  resolve_conflicts_on_create = "PRESERVE"
}
