a = "x ${b} y ${c + d}"
e = "x ${~f~} y"
