locals {
  statements = {
    read  = { actions = ["s3:GetObject"], tags = ["blue", "green"] }
    write = { actions = ["s3:PutObject"], tags = [] }
  }
}

data "aws_iam_policy_document" "app" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = local.statements
    content {
      sid       = title(statement.key)
      actions   = statement.value.actions
      resources = ["*"]

      dynamic "condition" {
        for_each = statement.value.tags
        iterator = tag
        content {
          test     = "StringEquals"
          variable = "aws:RequestTag/${statement.key}-${tag.key}"
          values   = [tag.value]
        }
      }
    }
  }
}

resource "terraform_data" "bucket" {
  input = ["later"]
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })

  dynamic "inline_policy" {
    for_each = []
    content {
      name   = inline_policy.value
      policy = data.aws_iam_policy_document.app.json
    }
  }
}

output "document" {
  value = data.aws_iam_policy_document.app.json
}
