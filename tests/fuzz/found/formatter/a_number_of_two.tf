a=b.g
h=1e9. 0