variable "v" {
  ephemeral = true
  default   = 1
}

output "o" {
  value     = 1
  ephemeral = true
}
