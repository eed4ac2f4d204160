# Nobody knows whether the object that is taken over was made with one of the block's.
resource "terraform_data" "gone" {
  count = 0
}

resource "terraform_data" "a_taken_over" {
  triggers_replace = 1
  depends_on       = [terraform_data.gone]
}

import {
  to = terraform_data.a_taken_over
  id = "theirs"
}
