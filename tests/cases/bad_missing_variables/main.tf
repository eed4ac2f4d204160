variable "one" {}

variable "two" {
  type        = number
  description = "How many there are."
}

variable "three" {
  default = null
}

output "all" {
  value = [var.one, var.two, var.three]
}
