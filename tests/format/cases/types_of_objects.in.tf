variable "a" {
type=object({
b=string
longer=optional(number,1)
})
}
