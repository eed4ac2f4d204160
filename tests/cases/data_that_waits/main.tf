module "m" {
  source = "./module"
}

module "a" {
  source = "./module"
}

# Both reasons hold here, and the arguments are the one that is told.
data "terraform_remote_state" "unknown" {
  backend = "local"
  config  = { path = terraform_data.path.output }
}

data "terraform_remote_state" "known" {
  backend    = "local"
  config     = { path = "states/there.tfstate" }
  depends_on = [terraform_data.path]
}

resource "terraform_data" "path" {
  input = "states/there.tfstate"
}

data "terraform_remote_state" "counted" {
  count   = length([terraform_data.path])
  backend = "local"
  config  = { path = "states/there.tfstate" }
}

data "terraform_remote_state" "keyed" {
  for_each = toset([for path in [terraform_data.path] : "there"])
  backend  = "local"
  config   = { path = "states/${each.key}.tfstate" }
}
