locals {
  nothing = null
}

output "division" {
  value = 1 / 0
}

output "null" {
  value = local.nothing.name
}

output "template" {
  value = "a ${[1]}"
}

output "file" {
  value = file("none.txt")
}

output "index" {
  value = [1, 2][5]
}

output "key" {
  value = { a = 1 }.b
}

output "call" {
  value = lower("a", "b")
}

output "json" {
  value = jsondecode("{")
}
