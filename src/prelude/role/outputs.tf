# What can be referred to as `role.<label>.<name>`.

# Whoever uses the ARN gets a role that is complete: a pod must not start with a role that lacks its permissions.
output "arn" {
  value      = var.existing ? data.aws_iam_role.existing[0].arn : aws_iam_role.this[0].arn
  depends_on = [aws_iam_role_policy.inline, aws_iam_role_policy_attachment.managed]
}

output "name" {
  value = var.existing ? data.aws_iam_role.existing[0].name : aws_iam_role.this[0].name
}

output "unique_id" {
  value = var.existing ? data.aws_iam_role.existing[0].unique_id : aws_iam_role.this[0].unique_id
}

output "trust_policy" {
  value = var.existing ? data.aws_iam_role.existing[0].assume_role_policy : local.trust_policy
}

output "subjects" {
  value = sort(distinct(concat(var.bindings[*].subject, var.associations[*].subject)))
}
