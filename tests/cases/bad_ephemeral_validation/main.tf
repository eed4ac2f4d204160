variable "token" {
  ephemeral = true
  default   = "s3cret"

  validation {
    condition     = var.token == "other"
    error_message = "This is not the token."
  }
}
