module "number" {
  source = 1
}

module "list" {
  source = []
}

module "empty" {
  source = ""
}

module "bare" {
  source = "m"
}

module "gone" {
  source = "./gone"
}
