x {
  a = <<EOT
text ${
  f(a,
  b)
} text
EOT
}
