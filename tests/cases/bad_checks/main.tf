resource "terraform_data" "a" {
  input = data.terraform_remote_state.u.outputs
}

data "terraform_remote_state" "s" {
  backend = "local"
}

check "a" {
  data "terraform_remote_state" "s" {
    backend = "local"
  }
  data "terraform_remote_state" "t" {
    backend = "local"
  }
  resource "terraform_data" "x" {}
  foo = 1
  assert {
    condition     = nope.a
    error_message = self
  }
}

check "b" {
}

check "b" {
  assert {
    condition     = data.terraform_remote_state.u.backend == "x"
    error_message = "x"
  }
}

check "c" "d" {
}

check "e" {
  data "terraform_remote_state" "u" {
    backend = "local"
  }
  assert {
    condition = each.key == data.terraform_remote_state.u.backend
    foo       = "x"
  }
}

check "f" {
  data "terraform_remote_state" "v" {
    backend  = "local"
    for_each = {}
  }
  assert {
    condition     = true
    error_message = "x"
  }
}
