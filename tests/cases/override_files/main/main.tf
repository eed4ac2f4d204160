variable "nothing" {}
