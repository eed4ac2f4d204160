variable "a" {
type="${list}"
default="${b}"
}
