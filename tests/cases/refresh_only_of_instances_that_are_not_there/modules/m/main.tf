variable "both" {
  type = object({ a = object({ id = string }), b = object({ id = string }) })
}
