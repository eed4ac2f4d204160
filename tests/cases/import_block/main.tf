resource "terraform_data" "kept" {}
resource "terraform_data" "changed" { input = "new" }
resource "terraform_data" "replaced" { triggers_replace = "x" }
resource "terraform_data" "made" { input = terraform_data.kept.id }

import {
  to = terraform_data.kept
  id = "kept-id"
}

import {
  to = terraform_data.changed
  id = "changed-${local.suffix}"
}

import {
  to = terraform_data.replaced
  id = "replaced-id"
}

locals {
  suffix = "id"
}
