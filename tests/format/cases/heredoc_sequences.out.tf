a = <<EOT
${a}-%{if b~}
yes
%{else}
no
%{endif}
$${  a  } %%{  if  } $ % $$ 
EOT
