variable "x" {
  default = 1
}

resource "terraform_data" "a" {}

resource "terraform_data" "l" {
  count = 2
}

module "m" {
  source = "./modules/m"
}

resource "terraform_data" "e" {
  lifecycle {
    replace_triggered_by = [
      var.x,
      module.m,
      each.key,
      terraform_data.l[var.x],
      terraform_data.l["${var.x}"],
      terraform_data.nowhere,
      terraform_data.l[count.index],
      terraform_data.l.id,
      terraform_data.l[*].id,
      length(terraform_data.l),
      "terraform_data.a",
      terraform_data.a.input[var.x],
    ]
  }
}

resource "terraform_data" "f" {
  lifecycle {
    replace_triggered_by = terraform_data.a
  }
}
