ephemeral "random_password" "p" {}
