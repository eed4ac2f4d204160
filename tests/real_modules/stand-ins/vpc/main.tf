# In the place of terraform-aws-modules/vpc/aws, whose resource types are not supported: the outputs that examples refer to.

variable "name" { default = "" }
variable "cidr" { default = "10.0.0.0/16" }
variable "azs" { default = [] }
variable "private_subnets" { default = [] }
variable "public_subnets" { default = [] }
variable "enable_nat_gateway" { default = false }
variable "single_nat_gateway" { default = false }
variable "enable_dns_hostnames" { default = true }
variable "public_subnet_tags" { default = {} }
variable "private_subnet_tags" { default = {} }
variable "tags" { default = {} }

output "vpc_id" {
  value = "vpc-0123456789abcdef0"
}

output "private_subnets" {
  value = [for index, _ in var.private_subnets : format("subnet-%017x", index + 1)]
}

output "public_subnets" {
  value = [for index, _ in var.public_subnets : format("subnet-%017x", index + 101)]
}
