variable "number" {
  type = number
}

variable "list" {
  type = list(string)
}

variable "object" {
  type = object({ name = string, n = number })
}

output "all" {
  value = [var.number, var.list, var.object, var.any]
}

variable "any" {
  type = any
}
