variable "a" {
type="string"
}
variable "b" {
type="list"
}
variable "c" {
type="map"
}
variable "d" {
type="set"
}
variable "e" {
type="number"
}
