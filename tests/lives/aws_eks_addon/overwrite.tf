resource "aws_eks_addon" "dns" {
  cluster_name = "main"
  addon_name   = "coredns"
  resolve_conflicts_on_create = "OVERWRITE"
}
