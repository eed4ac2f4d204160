output "value" {
  value = 1
}
