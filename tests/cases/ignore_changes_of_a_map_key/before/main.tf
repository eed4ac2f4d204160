resource "terraform_data" "a" {
  input            = { k = "old", other = "old" }
  triggers_replace = null
}
