terraform {
  required_providers {
    a = { source = "example/terraform-provider-a" }
    b = { source = "example/terraform-b" }
    c = { source = "registry.example.com/example/terraform-provider-" }
    d = { source = "my_company/d" }
    e = { source = "registry.example.com/too/many/parts" }
  }
}

required_providers {}

provider "null" {
  alias   = "old"
  version = "1.0"
}

provider "null" {
  alias   = "older"
  version = "one"
}
