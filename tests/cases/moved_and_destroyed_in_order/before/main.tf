resource "terraform_data" "base" { triggers_replace = 1 }
resource "terraform_data" "user" { input = terraform_data.base.id }
