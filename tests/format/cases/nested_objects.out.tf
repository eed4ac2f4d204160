a = {
  b = {
    c = {
      d      = 1
      longer = 2
    }
  }
  e = 1
}
