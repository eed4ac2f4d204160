resource "terraform_data" "inner_too" { input = "inner" }
resource "terraform_data" "plain" { input = "plain" }

# Said in the module, for whoever uses it.
moved {
  from = terraform_data.inner
  to   = terraform_data.inner_too
}
