a=(b?
c:
d)
x {
e=f?{
g=1
}:{}
}
