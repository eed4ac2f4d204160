resource "terraform_data" "a" { input = "x" }

# Without this block the object with index 0 would be kept.
moved {
  from = terraform_data.a[1]
  to   = terraform_data.a
}
