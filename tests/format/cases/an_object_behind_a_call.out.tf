a = merge(b, {
  c = 1
  }, {
  d = 2
})
