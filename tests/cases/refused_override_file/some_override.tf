output "a" {
  value = 3
}
