resource "aws_iam_role" "missing" {
  name = "a"
}

resource "aws_iam_role" "unsupported" {
  assume_role_policy = "{}"
  nonsense           = 1
  nonsense {}
  name {}
  inline_policy = []
}

resource "aws_iam_role" "labelled" {
  assume_role_policy = "{}"
  inline_policy "a" {}
}

resource "aws_eks_cluster" "too_few" {
  name     = "a"
  role_arn = "arn:aws:iam::123456789012:role/a"
}

resource "aws_eks_cluster" "too_many" {
  name     = "a"
  role_arn = "arn:aws:iam::123456789012:role/a"
  vpc_config {
    subnet_ids = ["subnet-0123456789abcdef0"]
  }
  vpc_config {
    subnet_ids = ["subnet-0123456789abcdef0"]
  }
}

resource "aws_eks_cluster" "inside" {
  name     = "a"
  role_arn = "arn:aws:iam::123456789012:role/a"
  vpc_config {}
  encryption_config {
    resources = ["secrets"]
  }
  timeouts {
    create = "1m"
    read   = "1m"
  }
  timeouts {
    delete = "1m"
  }
}

resource "kubernetes_namespace_v1" "nothing" {
}

data "aws_iam_policy_document" "inside" {
  statement {
    actions = ["s3:*"]
    condition {
      test = "StringEquals"
    }
    principals "a" {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

data "aws_availability_zones" "doubled" {
  timeouts {}
  timeouts {}
}

resource "aws_iam_role" "types" {
  count                = 0
  assume_role_policy   = ["{}"]
  max_session_duration = "an hour"
  tags                 = [1]
  path                 = null
  description          = 12
}

resource "aws_eks_cluster" "types" {
  name     = "a"
  role_arn = "arn:aws:iam::123456789012:role/a"
  vpc_config {
    subnet_ids              = { a = ["b"] }
    endpoint_private_access = "perhaps"
  }
}
