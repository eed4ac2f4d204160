variable "default" {
  type    = number
  default = "many"
}

variable "type" {
  type = strng
}

resource "terraform_data" "counted" {
  count = "many"
}

resource "terraform_data" "keyed" {
  for_each = ["a", "b"]
}

output "operand" {
  value = 1 + "x"
}

output "condition" {
  value = "maybe" ? 1 : 2
}

output "argument" {
  value = length(5)
}

output "index" {
  value = [1, 2]["x"]
}
