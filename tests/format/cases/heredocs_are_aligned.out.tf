a      = <<EOT
text
EOT
longer = 1
