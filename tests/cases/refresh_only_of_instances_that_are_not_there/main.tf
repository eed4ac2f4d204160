# The object of "b" is not made yet: nothing that needs it is refused, and what is recorded of it stays.
resource "terraform_data" "x" {
  for_each = toset(["a", "b"])

  lifecycle {
    postcondition {
      condition     = self.id != ""
      error_message = "There is no id."
    }
  }
}

output "all" {
  value = [for one in terraform_data.x : one.id]
}

output "one" {
  value = terraform_data.x["b"].id
}

output "one_or_none" {
  value = try(terraform_data.x["b"].id, "none")
}

output "there" {
  value = terraform_data.x["a"].id
}

module "m" {
  source = "./modules/m"
  both   = terraform_data.x
}
