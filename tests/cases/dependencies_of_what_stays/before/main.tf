resource "terraform_data" "a" {
  input = 1
}

resource "terraform_data" "b" {
  input = 1
}

resource "terraform_data" "stays" {
  input = [terraform_data.a.output, terraform_data.b.output]
}

resource "terraform_data" "changes" {
  input = [terraform_data.a.output, terraform_data.b.output]
}
