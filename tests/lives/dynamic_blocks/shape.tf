data "aws_iam_policy_document" "app" {
  dynamic "statement" {
    content {}
  }
  dynamic "statement" {
    for_each = []
  }
  dynamic "statement" {
    for_each = []
    iterator = each.x
    labels   = ["x"]
    content {}
    content {}
  }
  dynamic "statements" {
    for_each = []
    content {}
  }
  dynamic "statement" {
    for_each = []
    content {
      action  = ["x"]
      actions = [each.value, missing.value]
    }
  }
  dynamic "lifecycle" {
    for_each = []
    content {}
  }
  dynamic {}
}
