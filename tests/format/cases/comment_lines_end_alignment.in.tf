a=1
# c
longer=2
