resource "terraform_data" "kept_too" { input = "kept" }
resource "terraform_data" "changed_too" { input = "after" }
resource "terraform_data" "replaced_too" {
  input            = "same"
  triggers_replace = 2
}
resource "terraform_data" "user" { input = terraform_data.kept_too.id }

moved {
  from = terraform_data.kept
  to   = terraform_data.kept_too
}

moved {
  from = terraform_data.changed
  to   = terraform_data.changed_too
}

moved {
  from = terraform_data.replaced
  to   = terraform_data.replaced_too
}
