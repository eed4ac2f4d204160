a{b=1}
a  "b"  {  c=f( 1 )  }
a "b"{}
