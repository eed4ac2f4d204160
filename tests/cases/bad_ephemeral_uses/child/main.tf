variable "plain" {}

output "wrong" {
  value     = "always"
  ephemeral = true
}
