resource "terraform_data" "needed" {
  input = "x"
}

# What it comes to is no number, so nothing is done with it, and nothing with what is behind it.
resource "terraform_data" "fails" {
  input = terraform_data.needed.output + 1
}

resource "terraform_data" "behind" {
  input = [terraform_data.fails.output]
}
