variable "q" {
  type    = list(string)
  default = null
}

resource "terraform_data" "plain" {
  triggers_replace = var.q
}

resource "terraform_data" "inp" {
  input = var.q
}

resource "terraform_data" "ig" {
  triggers_replace = var.q
  input            = var.q
  lifecycle {
    ignore_changes = [triggers_replace]
  }
}

resource "terraform_data" "z" {
  input            = var.q
  triggers_replace = var.q
  depends_on       = [terraform_data.inp]
}

resource "terraform_data" "ignall" {
  input            = var.q
  triggers_replace = var.q
  lifecycle {
    ignore_changes = all
  }
}
