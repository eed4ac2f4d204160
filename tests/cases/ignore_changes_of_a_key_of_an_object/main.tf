# A key is one of a map: in an object it makes all of it ignored.
resource "terraform_data" "by_key" {
  input = { a = 3, b = 4 }
  lifecycle {
    ignore_changes = [input["a"]]
  }
}

resource "terraform_data" "by_name" {
  input = { a = 3, b = 4 }
  lifecycle {
    ignore_changes = [input.a]
  }
}

resource "terraform_data" "by_key_without_value" {
  input = { a = 3, b = 4 }
  lifecycle {
    ignore_changes = [input["a"]]
  }
}

# Where there was nothing, nothing is ignored.
resource "terraform_data" "by_name_without_value" {
  input = { a = 3, b = 4 }
  lifecycle {
    ignore_changes = [input.a]
  }
}

resource "terraform_data" "by_key_of_another_type" {
  input = { a = 3, b = 4 }
  lifecycle {
    ignore_changes = [input["a"]]
  }
}
