a "b" "c" /* three */ {}
a /* one */ {}
