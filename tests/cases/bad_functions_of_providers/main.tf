terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

output "unavailable" {
  value = provider::terraform::encode_exp(1)
}

output "undeclared" {
  value = provider::other::encode_expr(1)
}
