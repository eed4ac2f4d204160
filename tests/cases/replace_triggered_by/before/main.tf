variable "x" {
  type    = number
  default = 1
}

resource "terraform_data" "changed" {
  input = var.x
}

resource "terraform_data" "replaced" {
  triggers_replace = var.x
}

resource "terraform_data" "counted" {
  count = 2
  input = count.index == 0 ? var.x : 0
}

resource "terraform_data" "keyed" {
  for_each = { a = var.x, b = 0 }
  input    = each.value
}

resource "terraform_data" "whole" {
  lifecycle {
    replace_triggered_by = [terraform_data.changed]
  }
}

resource "terraform_data" "argument" {
  lifecycle {
    replace_triggered_by = [terraform_data.changed.input]
  }
}

resource "terraform_data" "same" {
  lifecycle {
    replace_triggered_by = [terraform_data.changed.id, terraform_data.replaced.input]
  }
}

resource "terraform_data" "computed" {
  lifecycle {
    replace_triggered_by = [terraform_data.changed.output]
  }
}

resource "terraform_data" "id" {
  lifecycle {
    replace_triggered_by = [terraform_data.replaced.id]
  }
}

resource "terraform_data" "any" {
  lifecycle {
    replace_triggered_by = [terraform_data.counted, terraform_data.keyed]
  }
}

resource "terraform_data" "other_instance" {
  lifecycle {
    replace_triggered_by = [terraform_data.counted[1], terraform_data.keyed["b"]]
  }
}

resource "terraform_data" "by_index" {
  count = 2
  lifecycle {
    replace_triggered_by = [terraform_data.counted[count.index].input]
  }
}

resource "terraform_data" "by_key" {
  for_each = toset(["a", "b"])
  lifecycle {
    replace_triggered_by = [terraform_data.keyed[each.key]]
  }
}

resource "terraform_data" "chain" {
  input = "kept"
  lifecycle {
    replace_triggered_by = [terraform_data.whole]
  }
}
