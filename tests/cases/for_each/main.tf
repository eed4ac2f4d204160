resource "terraform_data" "by_map" {
  for_each = { x = 1, y = 2 }
  input    = "${each.key}${each.value}"
}

resource "terraform_data" "by_set" {
  for_each = toset(["b", "a"])
  input    = { key = each.key, value = each.value, other = terraform_data.by_map["x"].output }
}

output "keys" {
  value = keys(terraform_data.by_map)
}

output "outputs" {
  value = { for key, object in terraform_data.by_set : key => object.output }
}
