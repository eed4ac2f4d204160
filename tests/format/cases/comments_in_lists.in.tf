a=[
1,# one
22,   # two
# three
3 // four
]
