resource "terraform_data" "inner" { input = "inner" }
resource "terraform_data" "other" { input = terraform_data.inner.id }
