data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "other.json" }
}
