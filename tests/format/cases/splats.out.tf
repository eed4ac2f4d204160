a = b[*].c
d = b.*.c
e = b.*.c.0
f = b[*]
