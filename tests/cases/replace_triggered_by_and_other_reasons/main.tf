resource "terraform_data" "changed" {
  input = 2
}

resource "terraform_data" "grows" {
  count = 2
}

resource "terraform_data" "new" {
  lifecycle {
    replace_triggered_by = [terraform_data.changed]
  }
}

resource "terraform_data" "updated" {
  input = "new"
  lifecycle {
    replace_triggered_by = [terraform_data.changed]
  }
}

resource "terraform_data" "replaced" {
  triggers_replace = "new"
  lifecycle {
    replace_triggered_by = [terraform_data.changed]
  }
}

resource "terraform_data" "ignores" {
  input = "new"
  lifecycle {
    ignore_changes       = [input]
    replace_triggered_by = [terraform_data.changed]
  }
}

resource "terraform_data" "of_one_that_grows" {
  lifecycle {
    replace_triggered_by = [terraform_data.grows]
  }
}
