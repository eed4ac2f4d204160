resource "terraform_data" "empty" {}
resource "terraform_data" "null" {}
resource "terraform_data" "list" {}

import {
  to = terraform_data.empty
  id = ""
}

import {
  to = terraform_data.null
  id = null
}

import {
  to = terraform_data.list
  id = ["x"]
}
