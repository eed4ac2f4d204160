variable "t" {
  default = "x"
  validation {
    condition     = var.t != terraform_data.a.id
    error_message = "Not the id."
  }
}

resource "terraform_data" "a" {}

resource "terraform_data" "b" {
  input = var.t
}

module "m" {
  count  = 2
  source = "./modules/m"
  v      = terraform_data.a.id
}
