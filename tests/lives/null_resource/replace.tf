resource "null_resource" "version" {
  triggers = { version = "2" }
}

output "lasting" {
  value = null_resource.version.id != ""
}
