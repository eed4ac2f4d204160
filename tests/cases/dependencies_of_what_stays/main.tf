resource "terraform_data" "a" {
  input = 1
}

resource "terraform_data" "b" {
  input = 1
}

# The prior state of the plan has the dependencies of today of this one, and both of the other.
resource "terraform_data" "stays" {
  input = [terraform_data.a.output, 1]
}

resource "terraform_data" "changes" {
  input = [terraform_data.a.output, 2]
}
