# The arguments of a `service_account` block; `cluster` becomes the provider configuration, `role` the ARN of the role.

variable "namespace" { type = string }

variable "name" { type = string }

variable "role_arn" {
  type    = string
  default = null
}

variable "labels" {
  type     = map(string)
  default  = {}
  nullable = false
}

variable "annotations" {
  type     = map(string)
  default  = {}
  nullable = false
}

variable "audience" {
  type    = string
  default = null
}

variable "token_expiration" {
  type    = number
  default = null
}

variable "sts_regional_endpoints" {
  type    = bool
  default = null
}

variable "automount_token" {
  type    = bool
  default = null
}

variable "image_pull_secrets" {
  type     = list(string)
  default  = []
  nullable = false
}

variable "existing" {
  type     = bool
  default  = false
  nullable = false
}

# Set by the compiler: whether there is a role at all, which is known also while its ARN is not.
variable "has_role" {
  type     = bool
  default  = false
  nullable = false
}

# Set by the compiler: whether pods get the role by EKS Pod Identity, and on which cluster.
variable "association" {
  type     = bool
  default  = false
  nullable = false
}

variable "cluster_name" {
  type    = string
  default = null
}

# Set by the compiler: the object whose fields were ours under `existing = true` until now.
variable "recorded" {
  type    = string
  default = null
}
