resource "aws_iam_service_linked_role" "eks" {
  aws_service_name = "eks.amazonaws.com"
}
