resource "terraform_data" "changes" {
  input = { a = "new" }
}

resource "terraform_data" "stays" {
  input      = "same"
  depends_on = [terraform_data.changes]
}

module "inner" {
  source = "./inner"
  x      = terraform_data.stays.id
}

locals {
  changes = terraform_data.changes.input.a == "new" ? "there" : "none"
  stays   = terraform_data.stays.input == "same" ? "there" : "none"
}

# These wait: what is named is no resource, a call waits, or a condition may come to hold by the change.
data "terraform_remote_state" "waits_for_a_module" {
  backend    = "local"
  config     = { path = "states/there.tfstate" }
  depends_on = [module.inner]
}

data "terraform_remote_state" "waits_for_a_local" {
  backend    = "local"
  config     = { path = "states/there.tfstate" }
  depends_on = [local.stays]
}

data "terraform_remote_state" "judges" {
  backend = "local"
  config  = { path = "states/${local.stays}.tfstate" }

  lifecycle {
    postcondition {
      condition     = self.outputs != null
      error_message = "It has outputs."
    }
  }
}

module "waits" {
  source     = "./module"
  depends_on = [terraform_data.stays]
}

# These do not.
data "terraform_remote_state" "refers" {
  backend = "local"
  config  = { path = "states/${local.changes}.tfstate" }
}

data "terraform_remote_state" "names_what_stays" {
  backend    = "local"
  config     = { path = "states/there.tfstate" }
  depends_on = [terraform_data.stays]
}

data "terraform_remote_state" "names_an_output" {
  backend    = "local"
  config     = { path = "states/there.tfstate" }
  depends_on = [module.inner.known]
}

data "terraform_remote_state" "names_what_waits" {
  backend    = "local"
  config     = { path = "states/there.tfstate" }
  depends_on = [data.terraform_remote_state.waits_for_a_local]
}

module "repeated" {
  source   = "./module"
  for_each = terraform_data.changes.input
}
