# Two instances go, and the block still says that none may.
resource "terraform_data" "counted" {
  count = 1
  lifecycle {
    prevent_destroy = true
  }
}

resource "terraform_data" "keyed" {
  for_each = toset(["a"])
  lifecycle {
    prevent_destroy = true
  }
}

module "repeated" {
  source = "./child"
  count  = 1
}
