resource "terraform_data" "both" {
  count    = 1
  for_each = toset(["a"])
}

resource "terraform_data" "negative" {
  count = -1
}

resource "terraform_data" "fraction" {
  count = 1.5
}

resource "terraform_data" "nothing" {
  for_each = null
}
