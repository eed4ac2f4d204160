variable "nullable" {
  default = "default"
}

variable "strict" {
  default  = "default"
  nullable = false
}

output "nullable" {
  value = var.nullable
}

output "strict" {
  value = var.strict
}
