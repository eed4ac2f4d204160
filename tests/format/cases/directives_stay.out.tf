a = "%{if b}c%{endif}"
d = "%{for x in y}${x}%{endfor}"
e = "%{if f}g%{else}h%{endif}"
