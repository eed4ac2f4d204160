resource "terraform_data" "a" {
  count = 2
  input = "a${count.index}"
}

resource "terraform_data" "b" {
  count = 2
  input = "${terraform_data.a[count.index].output}-${length(terraform_data.a)}"
}

output "all" {
  value = terraform_data.b[*].output
}
