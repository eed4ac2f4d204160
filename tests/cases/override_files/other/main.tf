variable "first" {}

variable "second" {}

output "values" {
  value = "wrong"
}
