variable "a" { type=list }
variable "b" { type=map }
variable "c" { type=set }
variable "d" { type=tuple }
variable "e" { type=list /* c */ }
variable "f" { type=list(string) }
variable "g" { type=any }
