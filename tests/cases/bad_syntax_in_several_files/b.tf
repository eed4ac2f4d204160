output "b" {
  value = "not closed
}
