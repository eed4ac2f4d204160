# Refused before the state is read, which cannot be.
terraform {
  backend "local" {
    path = "."
  }
}
