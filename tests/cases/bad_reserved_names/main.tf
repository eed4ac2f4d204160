variable "source" {}

variable "count" {}

provider "terraform" {
  alias = "1x"
  count = 2

  lifecycle {}
}

resource "terraform_data" "a" {
  locals {}
}

module "m" {
  source = "./m"

  lifecycle {}
}
