variable "from_default" {
  default = "default"
}

variable "from_environment" {
  default = "default"
}

variable "from_tfvars" {
  default = "default"
}

variable "from_json" {
  default = "default"
}

variable "from_auto" {
  default = "default"
}

variable "from_later_auto" {
  default = "default"
}

variable "from_file" {
  default = "default"
}

variable "from_command_line" {
  default = "default"
}

variable "typed" {
  type = list(number)
}

output "values" {
  value = [
    var.from_default,
    var.from_environment,
    var.from_tfvars,
    var.from_json,
    var.from_auto,
    var.from_later_auto,
    var.from_file,
    var.from_command_line,
    var.typed,
  ]
}
