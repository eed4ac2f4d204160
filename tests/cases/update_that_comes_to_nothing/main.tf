resource "terraform_data" "b" {
  input = "x"
}

# What it depended on stays recorded beside what it depends on, since nothing is done to it.
resource "terraform_data" "c" {
  input = terraform_data.b.output
}
