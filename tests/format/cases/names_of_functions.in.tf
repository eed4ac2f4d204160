a=f (1)
b=core :: f(1)
c=provider::x ::y (1)
d=f(g (1) , h ( ) )
