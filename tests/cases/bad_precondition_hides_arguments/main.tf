variable "tags" {
  type    = list(string)
  default = null
}

# The precondition says what is wrong; what follows from it is not told.
resource "terraform_data" "guarded" {
  input = join(" ", var.tags)
  lifecycle {
    precondition {
      condition     = var.tags != null
      error_message = "Tags are needed."
    }
  }
}

resource "terraform_data" "itself_wrong" {
  input = length(var.tags)
  lifecycle {
    precondition {
      condition     = join(" ", var.tags) != ""
      error_message = "Tags are needed."
    }
  }
}

data "terraform_remote_state" "guarded" {
  backend = "local"
  config  = { path = join(" ", var.tags) }
  lifecycle {
    precondition {
      condition     = var.tags != null
      error_message = "Tags are needed to read."
    }
  }
}
