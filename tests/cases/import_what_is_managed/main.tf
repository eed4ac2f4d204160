resource "terraform_data" "a" { input = "a" }

# Done already: the block may stay.
import {
  to = terraform_data.a
  id = "other"
}
