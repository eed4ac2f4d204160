resource "terraform_data" "a" {
  depends_on = terraform_data.b
  input      = 1
  input      = 2
}

resource "terraform_data" "b" {
  depends_on = terraform_data.c
  depends_on = []
  count      = 1
  for_each   = {}
}
