a {
  # one
  // two
  /* three */
  b = 1
}
