resource "terraform_data" "kept" { input = "kept" }
resource "terraform_data" "changed" { input = "before" }
resource "terraform_data" "replaced" {
  input            = "same"
  triggers_replace = 1
}
resource "terraform_data" "user" { input = terraform_data.kept.id }
