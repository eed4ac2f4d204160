a = f(
  g(
    h(
1)))
b = 2
