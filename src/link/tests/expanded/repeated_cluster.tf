cluster "main" {
  for_each = toset(["a", "b"])
  name     = each.key
  existing = true
}
-----
error[invalid-noun]: Repeated cluster cannot be expanded
 --> ./main.tf:1:1
  |
1 | cluster "main" {
  | ^^^^^^^^^^^^^^
  |
  = because: cluster.main is repeated, and so are the connections to its instances; a provider configuration of Terraform's cannot be repeated.
  = hint: Write a `cluster` block for each cluster.
