resource "terraform_data" "slow" {}

output "quick" {
  value = "quick"
}
