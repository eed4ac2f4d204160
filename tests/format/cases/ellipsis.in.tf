a=f(b ...)
c=f(b... )
d={for k,v in x:k=>v ...}
