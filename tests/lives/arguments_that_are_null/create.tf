provider "aws" {
  region = "eu-west-1"
}

variable "description" {
  type    = string
  default = null
}

variable "unique_id" {
  type    = string
  default = null
}

variable "trusted" {
  type    = bool
  default = true
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "app" {
  name               = "app"
  description        = var.description
  unique_id          = var.unique_id
  assume_role_policy = var.trusted ? data.aws_iam_policy_document.trust.json : null
}
