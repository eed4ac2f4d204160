locals {
  names = ["a", "b"]
}

resource "terraform_data" "text" {
  input = <<-EOT
    names:
    %{ for name in local.names ~}
      - ${name}
    %{ endfor ~}
    ${length(local.names) > 1 ? "many" : "few"}
  EOT
}

output "file" {
  value = templatefile("${path.module}/greeting.tftpl", { name = "world" })
}

output "text" {
  value = file("greeting.tftpl")
}
