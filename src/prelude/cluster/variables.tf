# The arguments of a `cluster` block.

variable "name" { type = string }

variable "existing" {
  type     = bool
  default  = false
  nullable = false
}

variable "kubernetes_version" {
  type    = string
  default = null
}

variable "role_arn" {
  type    = string
  default = null
}

variable "subnet_ids" {
  type     = list(string)
  default  = []
  nullable = false
}

variable "security_group_ids" {
  type    = list(string)
  default = null
}

variable "endpoint_public_access" {
  type    = bool
  default = null
}

variable "endpoint_private_access" {
  type    = bool
  default = null
}

variable "public_access_cidrs" {
  type    = list(string)
  default = null
}

variable "enabled_log_types" {
  type    = list(string)
  default = null
}

variable "authentication_mode" {
  type    = string
  default = null
}

variable "encryption_key_arn" {
  type    = string
  default = null
}

variable "deletion_protection" {
  type    = bool
  default = null
}

variable "tags" {
  type    = map(string)
  default = null
}

# Set by the compiler: the object that was read under `existing = true` until now.
variable "recorded" {
  type    = string
  default = null
}
