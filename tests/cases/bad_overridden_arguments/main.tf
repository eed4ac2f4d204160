resource "terraform_data" "a" {
  provider = 1
  count    = 1
  lifecycle {
    create_before_destroy = "x"
    ignore_changes        = 1
  }
}

variable "v" {
  type    = strin
  default = 1
}

variable "d" {
  type    = list(string)
  default = 1
}

output "o" {
  value     = 1
  sensitive = "x"
}

output "without_value" {
}

module "m" {
}
