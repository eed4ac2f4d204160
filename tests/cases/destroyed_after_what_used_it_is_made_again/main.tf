# `a` was created before it is destroyed, since `b` was: it goes when `c` is there again, which waits for everything else.
resource "terraform_data" "c" {
  input            = terraform_data.f.output
  triggers_replace = "y"
}

resource "terraform_data" "f" {
  triggers_replace = 2
}
