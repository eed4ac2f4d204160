resource "terraform_data" "inner" { input = "inner" }
resource "terraform_data" "leaves" { input = "leaves" }
