a=[1]
longer={a=1}
b=f(1)
