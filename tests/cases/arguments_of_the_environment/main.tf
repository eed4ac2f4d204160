variable "a" {}

variable "b" {}

output "values" {
  value = [var.a, var.b]
}
