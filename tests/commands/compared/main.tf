terraform {
  required_version = ">= 1.3"
}
variable "v" {
  default = "x"
}
resource "terraform_data" "a" {
  input = var.v
}
resource "terraform_data" "b" {
  for_each = toset(["x", "y z"])
  input    = terraform_data.a.output
}
module "m" {
  source = "./m"
  text   = terraform_data.a.output
}
output "text" {
  value       = terraform_data.a.output
  description = "A text."
}
output "secret" {
  value     = "hush"
  sensitive = true
}
output "number" { value = 1.5 }
output "truth" { value = true }
output "list" { value = [1, "two", null] }
output "map" { value = tomap({ a = 1 }) }
output "maps" { value = tomap({ a = { b = tomap({ c = "d" }) }, "e f" = { b = tomap({}) } }) }
output "null" { value = null }
output "object" { value = { a = { b = ["c"] }, d = "e\nf" } }
