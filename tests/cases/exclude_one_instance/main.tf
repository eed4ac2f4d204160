resource "terraform_data" "a" {
  for_each = toset(["x", "y"])
  input    = each.key
}

resource "terraform_data" "of_one" {
  input = terraform_data.a["y"].output
}

resource "terraform_data" "alone" {
  input = "alone"
}
