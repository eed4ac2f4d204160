resource "terraform_data" "a" {
  depends_on = [terraform_data.b, "terraform_data.c", var.x, terraform_data.a.id]
}
