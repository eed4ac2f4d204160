resource "terraform_data" "one" {}

resource "terraform_data" "counted" {
  count = 2
}

resource "terraform_data" "keyed" {
  for_each = toset(["a"])
}

output "one" {
  value = terraform_data.one[0].id
}

output "counted" {
  value = terraform_data.counted.id
}

output "beyond" {
  value = terraform_data.counted[2].id
}

output "key" {
  value = terraform_data.keyed["b"].id
}
