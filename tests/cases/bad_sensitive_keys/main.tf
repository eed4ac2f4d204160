variable "keys" {
  type      = set(string)
  default   = ["a"]
  sensitive = true
}

resource "terraform_data" "keyed" {
  for_each = var.keys
}
