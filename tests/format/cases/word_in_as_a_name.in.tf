a=in[0]
b=[in [0]]
c={in=1}
