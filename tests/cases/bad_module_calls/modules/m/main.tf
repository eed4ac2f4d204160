variable "name" {
  type = string
}

variable "other" {}

output "name" {
  value = var.name
}
