resource "terraform_data" "a" {
  provider = terraform
  for_each = {}
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
  }
}

variable "v" {
  type = number
}

variable "d" {
  default = []
}

output "o" {
  sensitive = true
}

output "without_value" {
  value = 1
}

module "m" {
  source = "./m"
}
