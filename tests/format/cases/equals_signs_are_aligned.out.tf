a                = 1
longer           = 2
long_name_of_all = 3
