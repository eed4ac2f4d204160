variable "x" {}

resource "terraform_data" "stays" {
  input = var.x != "none"
}

output "known" {
  value = "x"
}
