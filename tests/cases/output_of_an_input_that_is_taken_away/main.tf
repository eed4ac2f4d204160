# Its output is not known before it is changed, although it will be null.
resource "terraform_data" "stays" {}

resource "terraform_data" "remade" {
  triggers_replace = terraform_data.stays.output != "y"
}
