a=1
longer=[
1
]
b=2
x=f(
1)
cc=3
