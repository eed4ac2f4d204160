variable "twice" {
  type = object({
    a = strng
    a = number
    b = list(object({
      c = optional(string)
      c = string
    }))
  })
}

variable "no_name" {
  type = object({ "a" = string, (b) = number, 1 = bool })
}
