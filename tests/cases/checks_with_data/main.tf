resource "terraform_data" "a" {
  input = 1
}

check "holds" {
  data "terraform_remote_state" "there" {
    backend = "local"
    config  = { path = "other.tfstate" }
  }
  assert {
    condition     = data.terraform_remote_state.there.outputs.o == 1
    error_message = "Never said."
  }
}

check "cannot_be_read" {
  data "terraform_remote_state" "nowhere" {
    backend = "local"
    config  = { path = "nowhere.tfstate" }
  }
  assert {
    condition     = data.terraform_remote_state.nowhere.outputs.o == 1
    error_message = "Never said."
  }
}

check "is_read_later" {
  data "terraform_remote_state" "later" {
    backend  = "local"
    config   = { path = "other.tfstate" }
    defaults = { id = terraform_data.a.id }
  }
  assert {
    condition     = data.terraform_remote_state.later.outputs.o == 2
    error_message = "It is ${data.terraform_remote_state.later.outputs.o}."
  }
}
