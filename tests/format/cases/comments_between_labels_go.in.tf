a /* one */ "b" /* two */ c /* three */ {}
a /* one */ {}
