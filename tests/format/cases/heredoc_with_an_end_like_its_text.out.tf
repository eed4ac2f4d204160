a = <<EOT
EOT x
xEOT
  EOT
b = 1
