resource "kubernetes_namespace_v1" "a" {
  metadata {
    name = "a"

    labels = {
      "a b" = "x y"
      "c d" = "z z"
      "/q"  = ""
    }

    annotations = {
      "a b" = ""
      "c d" = ""
    }
  }
}
