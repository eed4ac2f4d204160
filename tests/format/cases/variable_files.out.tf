a = "x"
longer = ["y",
"z"]
