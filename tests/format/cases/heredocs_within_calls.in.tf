a=f(<<EOT
 text ${ x }
EOT
,1)
b={
c=<<-EOT
   text
   EOT
d=1
}
