resource "terraform_data" "by_key" {
  input = { a = 1, b = 2 }
}

resource "terraform_data" "by_name" {
  input = { a = 1, b = 2 }
}

resource "terraform_data" "by_key_without_value" {
}

resource "terraform_data" "by_name_without_value" {
}

resource "terraform_data" "by_key_of_another_type" {
  input = "text"
}
