output "nothing" {
  value = null
}

output "something" {
  value = [null]
}
