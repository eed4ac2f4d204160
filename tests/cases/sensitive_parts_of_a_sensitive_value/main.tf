variable "secret" {
  type      = number
  default   = 1
  sensitive = true
}

# Both the whole, because of the condition, and the member are recorded as sensitive.
resource "terraform_data" "a" {
  input = var.secret > 0 ? { k = tostring(var.secret) } : { k = "none" }
}

resource "terraform_data" "b" {
  input = terraform_data.a.input
}
