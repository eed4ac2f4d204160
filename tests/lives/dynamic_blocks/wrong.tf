variable "text" {
  default = "x"
}

data "aws_iam_policy_document" "app" {
  dynamic "statement" {
    for_each = var.text
    content {}
  }
  dynamic "statement" {
    for_each = null
    content {}
  }
  dynamic "statement" {
    for_each = ["s3:GetObject"]
    content {
      actions = [statement.values]
    }
  }
}
