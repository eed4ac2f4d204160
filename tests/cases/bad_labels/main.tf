variable {}

output "a" "b" {
  value = 1
}

resource "terraform_data" {}

locals "x" {
  a {}
}

provider "Other_Name" {}
