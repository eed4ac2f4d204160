nmae = "y"
