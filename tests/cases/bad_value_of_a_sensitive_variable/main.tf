variable "secret" {
  type      = object({ name = string })
  sensitive = true
}

variable "open" {
  type = object({ name = string })
}
