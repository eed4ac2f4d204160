variable "names" {
  type = list(string)
}

module "inner" {
  source = "../named"
  count  = length(var.names)
  name   = var.names[count.index]
}

output "all" {
  value = module.inner[*].value
}
