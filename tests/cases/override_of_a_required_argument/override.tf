module "a" {
  value = "given"
}
