a=1
b {}
longer=2
