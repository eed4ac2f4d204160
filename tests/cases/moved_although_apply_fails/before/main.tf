resource "terraform_data" "a" { input = "before" }
resource "terraform_data" "c" { input = "kept" }
