a      = 1
longer = 2 # x
x {
}
