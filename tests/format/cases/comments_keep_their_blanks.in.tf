a=1 #no blank   
b=2 //   many   
