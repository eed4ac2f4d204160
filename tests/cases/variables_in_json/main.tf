variable "text" {}

variable "number" {}

variable "object" {
  type = object({
    a = optional(string, "default")
    b = list(string)
  })
}

output "values" {
  value = [var.text, var.number, var.object]
}
