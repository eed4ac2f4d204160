variable "x" {}

variable "y" {}
