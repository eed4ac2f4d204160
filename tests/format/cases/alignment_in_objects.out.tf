a = {
  b      = 1
  longer = 2

  c        = 3
  "quoted" = 4
  (key)    = 5
}
