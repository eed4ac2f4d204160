variable "null" {
  default  = null
  nullable = false
}

variable "twice" {
  type    = object({ a = string, a = number })
  default = {}
}

variable "flag" {
  default   = 1
  sensitive = "perhaps"
}
