a = [for x in y : x]
b = { for k, v in y : k => v if v != null }
c = [for x in [1] : x]
d = [for x in { a = 1 } : x]
e = { for k, v in y : k => v... }
