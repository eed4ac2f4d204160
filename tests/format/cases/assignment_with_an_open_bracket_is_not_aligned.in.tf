a {
b=1
long_name={
c=1
}
d=2
}
