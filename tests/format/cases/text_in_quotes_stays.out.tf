a = "  b  =  1 # no comment  // none "
c = "\"  \\  $${ d } %%{ e }"
