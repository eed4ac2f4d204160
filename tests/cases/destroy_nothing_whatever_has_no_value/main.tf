variable "names" {
  type    = list(string)
  default = null
}

resource "terraform_data" "a" {
  input = join(",", var.names)
}
