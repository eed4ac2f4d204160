a = b
c = f(1)
d = b.c[0]
x {
  e = b
  y { f = b }
}
