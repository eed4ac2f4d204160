a = "text ${b}"
c = "${b}"
d = "text"
