resource "null_resource" "version" {
  triggers = { version = "1", nothing = null }
}

resource "null_resource" "bare" {}

output "lasting" {
  value = null_resource.version.id != "" && null_resource.bare.id != ""
}
