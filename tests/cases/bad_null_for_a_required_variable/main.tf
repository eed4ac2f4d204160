module "m" {
  source = "./m"
  count  = 0
  name   = null
}
