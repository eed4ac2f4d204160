resource "terraform_data" "counted" {
  count = 3
  input = "counted ${count.index}"
}
resource "terraform_data" "keyed" {
  for_each = toset(["a", "b"])
  input    = "keyed ${each.key}"
}
resource "terraform_data" "single" { input = "single" }
resource "terraform_data" "whole" {
  count = 2
  input = "whole ${count.index}"
}
