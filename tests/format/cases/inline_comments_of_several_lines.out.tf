a {
  /* one
two
  three */
  b = 1 /* one
two */
  c = 2
}
