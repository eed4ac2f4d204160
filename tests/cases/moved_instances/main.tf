resource "terraform_data" "counted" {
  for_each = { first = 0, second = 1 }
  input    = "counted ${each.value}"
}

resource "terraform_data" "keyed" {
  count = 2
  input = "keyed ${["a", "b"][count.index]}"
}

resource "terraform_data" "single" {
  for_each = toset(["only"])
  input    = "single"
}

resource "terraform_data" "whole_too" {
  count = 2
  input = "whole ${count.index}"
}

moved {
  from = terraform_data.counted[0]
  to   = terraform_data.counted["first"]
}

moved {
  from = terraform_data.counted[1]
  to   = terraform_data.counted["second"]
}

moved {
  from = terraform_data.keyed["a"]
  to   = terraform_data.keyed[0]
}

moved {
  from = terraform_data.keyed["b"]
  to   = terraform_data.keyed[1]
}

moved {
  from = terraform_data.single
  to   = terraform_data.single["only"]
}

moved {
  from = terraform_data.whole
  to   = terraform_data.whole_too
}
