variable "number" {
  type    = number
  default = "12"
}

variable "object" {
  type = object({
    name = string
    tags = optional(map(string), { made = "here" })
    deep = optional(list(object({ n = optional(number, 7) })), [{}])
  })
  default = { name = 1, extra = true }
}

variable "set" {
  type    = set(string)
  default = ["b", "a", "b", 3]
}

output "all" {
  value = [var.number, var.object, var.set]
}
