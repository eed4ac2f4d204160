resource "terraform_data" "all" {
  lifecycle {
    ignore_changes = ["*"]
  }
}

resource "terraform_data" "mixed" {
  lifecycle {
    ignore_changes = ["*", input]
  }
}

resource "terraform_data" "triggered" {
  for_each = toset(["a"])
  lifecycle {
    replace_triggered_by = [terraform_data.all[each.value]]
  }
}
