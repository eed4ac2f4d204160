resource "terraform_data" "a" {
  for_each = toset(["kept", "new"])
  input    = each.key
}

resource "terraform_data" "b" {
  for_each = terraform_data.a
  input    = each.value.id
}
