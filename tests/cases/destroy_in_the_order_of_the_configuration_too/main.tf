resource "terraform_data" "a" {}

# Not recorded yet.
resource "terraform_data" "b" {
  input = terraform_data.a.id
}
