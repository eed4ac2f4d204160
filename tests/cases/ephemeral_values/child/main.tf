variable "token" {
  type      = string
  ephemeral = true
}

output "token" {
  value     = upper(var.token)
  ephemeral = true
}

output "none" {
  value = ephemeralasnull(var.token) == null
}
