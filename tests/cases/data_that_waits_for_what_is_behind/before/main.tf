resource "terraform_data" "changes" {
  input = { a = "old" }
}

resource "terraform_data" "stays" {
  input      = "same"
  depends_on = [terraform_data.changes]
}

module "inner" {
  source = "./inner"
  x      = terraform_data.stays.id
}
