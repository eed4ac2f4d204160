module "m" {
  source  = "./m"
  trigger = 1
}

resource "terraform_data" "user" {
  triggers_replace = module.m.id
  lifecycle {
    create_before_destroy = true
  }
}
