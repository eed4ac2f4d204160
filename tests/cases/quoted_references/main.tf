# Terraform 0.11 wanted quotes around references that are not evaluated; they are still understood.
resource "terraform_data" "a" {
  provider = "terraform"
  input    = 1

  lifecycle {
    ignore_changes = ["triggers_replace"]
  }
}

resource "terraform_data" "b" {
  depends_on = ["terraform_data.a", "module.inner"]

  provisioner "local-exec" {
    when       = "destroy"
    on_failure = "continue"
    command    = "true"
  }
}

module "inner" {
  source     = "./inner"
  depends_on = ["terraform_data.a"]
}

output "b" {
  value      = 1
  depends_on = ["terraform_data.b"]
}
