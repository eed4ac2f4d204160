variable "password" {
  sensitive = true
  default   = "hush"
}

output "password" {
  value = "it is ${var.password}"
}
