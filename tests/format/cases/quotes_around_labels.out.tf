resource "aws_x" "y" {}
a "b" "c" "d" {}
