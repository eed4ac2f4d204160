variable "a" { type = list(any) }
variable "b" { type = map(any) }
variable "c" { type = set(any) }
variable "d" { type = tuple }
variable "e" { type = list(any) /* c */ }
variable "f" { type = list(string) }
variable "g" { type = any }
