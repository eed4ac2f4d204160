module "local" {
  source  = "./m"
  version = "1.0.0"
}

module "repository" {
  source  = "git::https://example.com/m.git"
  version = "1.0.0"
}

module "folder" {
  source  = "/m"
  version = "1.0.0"
}

module "shorthand" {
  source  = "github.com/example/m"
  version = "1.0.0"
}

module "short" {
  source  = "example/m"
  version = "1.0.0"
}

module "constraint" {
  source  = "example/m/null"
  version = "latest"
}
