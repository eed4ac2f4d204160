terraform {
  provider_meta "terraform" {
    hello = "world"
  }
}

output "o" {
  value = 1
}
