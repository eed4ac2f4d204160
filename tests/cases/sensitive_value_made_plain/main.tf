variable "password" {
  sensitive = true
  default   = "hush"
}

output "length" {
  value = nonsensitive(length(var.password))
}
