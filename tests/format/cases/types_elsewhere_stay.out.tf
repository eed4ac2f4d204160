type = "list"
x {
  type = "list"
  variable "a" {
    type = list
  }
}
variable "b" {
  other = list
  y { type = list }
}
