resource "terraform_data" "a" {
  input = 1
}

check "holds" {
  assert {
    condition     = terraform_data.a.input == 1
    error_message = "Never said."
  }
}

check "does_not_hold" {
  assert {
    condition     = terraform_data.a.input == 2
    error_message = "It is ${terraform_data.a.input}."
  }
  assert {
    condition     = terraform_data.a.input == 3
    error_message = "It is not three."
  }
}

check "holds_later" {
  assert {
    condition     = terraform_data.a.output == 1
    error_message = "Never said."
  }
}

check "does_not_hold_later" {
  assert {
    condition     = terraform_data.a.output == 2
    error_message = "It came to ${terraform_data.a.output}."
  }
}

check "some_of_it_later" {
  assert {
    condition     = terraform_data.a.output == 1
    error_message = "Never said."
  }
  assert {
    condition     = terraform_data.a.input == 2
    error_message = "It is not two."
  }
}

module "m" {
  source = "./modules/m"
  count  = 2
  n      = count.index
}
