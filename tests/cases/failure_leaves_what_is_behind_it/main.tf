resource "terraform_data" "broken" {
  provisioner "local-exec" {
    command = "exit 1"
  }
}

resource "terraform_data" "other" {
  lifecycle {
    precondition {
      condition     = length(terraform_data.other_too.id) > 0
      error_message = "No identifier."
    }
  }
}

resource "terraform_data" "other_too" {}

module "behind" {
  source     = "./behind"
  size       = 3
  depends_on = [terraform_data.broken]
}

# Its value was known while planning, so it is recorded.
output "planned" {
  value      = "planned"
  depends_on = [terraform_data.broken]
}

output "behind" {
  value      = terraform_data.other.id
  depends_on = [terraform_data.broken]
}

output "reached" {
  value = terraform_data.other.id
}

output "refused" {
  value = terraform_data.other.id

  precondition {
    condition     = terraform_data.other.id == "x"
    error_message = "It is not x."
  }
}
