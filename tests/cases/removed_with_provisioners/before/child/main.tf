resource "terraform_data" "b" {
  for_each = { k = 1 }
  input    = each.value
}
