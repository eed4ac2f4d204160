output "values" {
  value = "${var.first} ${var.second}"
}
