a {
b=<<EOT
   three
 one	tab   
EOT
c=<<-EOT
      six
    EOT
}
