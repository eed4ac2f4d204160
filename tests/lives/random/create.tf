resource "random_id" "suffix" {
  byte_length = 4
  prefix      = "app-"
}

resource "random_string" "name" {
  length  = 12
  special = false
}

resource "random_password" "database" {
  length      = 24
  min_special = 2
}

resource "random_bytes" "key" {
  length = 16
}

resource "random_pet" "cluster" {
  keepers = { version = "1" }
}

resource "random_integer" "priority" {
  min = 1
  max = 50000
}

resource "random_shuffle" "zones" {
  input        = ["a", "b", "c", "d"]
  result_count = 2
}

resource "random_uuid" "external_id" {}

resource "random_uuid7" "run" {}

output "cluster" {
  value = random_pet.cluster.id
}

output "password" {
  value     = random_password.database.result
  sensitive = true
}
