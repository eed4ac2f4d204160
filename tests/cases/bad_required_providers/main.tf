terraform {
  required_providers {
    Bad_Name = { source = "hashicorp/aws" }
    one      = { source = "a/b/c/d" }
    two      = { source = var.x }
    three    = { source = "hashicorp/aws", version = "new" }
    four     = { source = "hashicorp/aws", region = "eu" }
  }
  required_providers {}
}
