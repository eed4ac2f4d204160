a = [
  for x in y :
  x
  if x != 1
]
b = { for k, v in y :
  k => {
    w = v
} }
