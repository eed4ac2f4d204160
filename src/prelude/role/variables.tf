# The arguments of a `role` block; its subjects come from the service accounts that name it.

variable "name" {
  type    = string
  default = null
}

variable "name_prefix" {
  type    = string
  default = null
}

variable "path" {
  type     = string
  default  = "/"
  nullable = false
}

variable "description" {
  type    = string
  default = null
}

variable "policies" {
  type     = map(string)
  default  = {}
  nullable = false
}

variable "managed_policies" {
  type     = list(string)
  default  = []
  nullable = false
}

variable "permissions_boundary" {
  type    = string
  default = null
}

variable "max_session_duration" {
  type     = number
  default  = 3600
  nullable = false
}

variable "trust" {
  type    = string
  default = null
}

# Whether trust that reaches further than it names is an error; the compiler reads it off the block.
variable "strict" {
  type     = bool
  default  = false
  nullable = false
}

variable "tags" {
  type    = map(string)
  default = null
}

variable "existing" {
  type     = bool
  default  = false
  nullable = false
}

# Set by the compiler: who may assume the role. One element for each subject; `cluster` is a name of the configuration
# and known before anything exists, which the issuer may not be.
variable "bindings" {
  type = list(object({
    cluster      = string
    issuer       = string
    provider_arn = string
    audience     = string
    subject      = string
  }))
  default = []
}

# Set by the compiler: who may use the role by EKS Pod Identity.
variable "associations" {
  type = list(object({
    cluster     = string
    cluster_arn = string
    subject     = string
  }))
  default = []
}

# Set by the compiler: the object that was read under `existing = true` until now.
variable "recorded" {
  type    = string
  default = null
}
