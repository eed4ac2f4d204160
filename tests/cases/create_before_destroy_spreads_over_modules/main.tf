module "m" {
  source  = "./m"
  trigger = 2
}

resource "terraform_data" "user" {
  triggers_replace = module.m.id
  lifecycle {
    create_before_destroy = true
  }
}
