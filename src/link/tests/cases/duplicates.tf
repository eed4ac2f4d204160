cluster "main" {
  name     = "c"
  existing = true
}

role "a" {
  name  = "App"
  trust = "[]"
}

role "b" {
  name  = "app"
  trust = "[]"
}

service_account "a" {
  cluster   = cluster.main
  namespace = "n"
  name      = "b"
}

service_account "b" {
  cluster   = cluster.main
  namespace = "n"
}

module "role_a" {
  source = "./m"
}

locals {
  trustform_x = 1
}

provider "kubernetes" {
  alias      = "cluster_main"
  eks_region = "x"
}
# file: m/main.tf
role "inside" {
  trust = "[]"
}
-----
error[invalid-noun]: Noun outside the root module
 --> m/main.tf:1:1
  |
1 | role "inside" {
  | ^^^^^^^^^^^^^
  |
  = because: A `role` block stands in module.role_a, but nouns can be declared in the root module only.
  = hint: In a module, write `aws_iam_role`, `aws_iam_role_policy` and `aws_iam_role_policy_attachment` instead.

error[duplicate]: Reserved name
  --> ./main.tf:32:3
   |
32 |   trustform_x = 1
   |   ^^^^^^^^^^^
   |
   = because: Names that begin with `trustform_` are reserved, as `trustform_x` is.

error[unknown-argument]: Unsupported argument
  --> ./main.tf:37:3
   |
37 |   eks_region = "x"
   |   ^^^^^^^^^^
   |
   = because: An argument named "eks_region" is not expected here.
   = hint: Declare the cluster as a `cluster` block: its connection is made for you.

error[duplicate]: Duplicate role
  --> ./main.tf:12:11
   |
 7 |   name  = "App"
   |           ----- first declared here
...
12 |   name  = "app"
   |           ^^^^^
   |
   = because: The role `app` is declared twice.

error[duplicate]: Duplicate service account
  --> ./main.tf:22:1
   |
19 |   name      = "b"
   |               --- first declared here
...
22 | service_account "b" {
   | ^^^^^^^^^^^^^^^^^^^
   |
   = because: The service account `n/b` is declared twice.

error[duplicate]: Reserved module name
  --> ./main.tf:27:1
   |
 6 | role "a" {
   | -------- declared here
...
27 | module "role_a" {
   | ^^^^^^^^^^^^^^^
   |
   = because: The module call `role_a` has the name that role.a needs for its own.
   = hint: Rename the module call.

error[duplicate]: Reserved provider alias
  --> ./main.tf:35:1
   |
 1 | cluster "main" {
   | -------------- declared here
...
35 | provider "kubernetes" {
   | ^^^^^^^^^^^^^^^^^^^^^
   |
   = because: The provider configuration kubernetes.cluster_main is made for cluster.main.
   = hint: Say how the cluster is reached in a `connection` block of the cluster.
