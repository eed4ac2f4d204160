# The names of meta-arguments are arguments of the type in an escaping block, and no type has such.
resource "terraform_data" "counted" {
  _ {
    count = 2
    input = 1
  }
}

module "m" {
  source = "./m"
  _ {
    version = "1.0"
  }
}
