a=1 # one
# two
longer=2 # three
