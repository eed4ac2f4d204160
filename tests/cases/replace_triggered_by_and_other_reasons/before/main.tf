resource "terraform_data" "changed" {
  input = 1
}

resource "terraform_data" "grows" {
  count = 1
}

resource "terraform_data" "updated" {
  input = "old"
}

resource "terraform_data" "replaced" {
  triggers_replace = "old"
}

resource "terraform_data" "ignores" {
  input = "old"
}

resource "terraform_data" "of_one_that_grows" {
}
