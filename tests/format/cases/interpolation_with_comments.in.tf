a=/* one */"${b}"/* two */
c="${/* one */b/* two */}"
