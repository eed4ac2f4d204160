# The arguments of an `oidc_provider` block; `cluster` becomes the `url` of its issuer.

variable "url" { type = string }

variable "client_ids" {
  type     = list(string)
  default  = ["sts.amazonaws.com"]
  nullable = false
}

variable "existing" {
  type     = bool
  default  = false
  nullable = false
}

variable "thumbprints" {
  type    = list(string)
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
