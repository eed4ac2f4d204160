cluster "new" {
  name       = "c"
  subnet_ids = ["subnet-1", "subnet-2"]
}

cluster "old" {
  name     = "d"
  existing = true
}

role "nobody" {
}

role "app" {
}

role "wild" {
  service_accounts = ["n/a", "wrong"]
}

service_account "app" {
  cluster   = cluster.new
  namespace = "n"
  role      = role.app
}
-----
error[T08]: No OIDC provider for the issuer
  --> ./main.tf:1:1
   |
 1 | cluster "new" {
   | ^^^^^^^^^^^^^
...
22 |   cluster   = cluster.new
   |               ----------- the cluster is used here
   |
   = because: Roles are assumed by pods on cluster.new, but no OIDC provider is declared for it. A cluster that is made here has a new issuer, for which the account cannot have a provider yet.
   = hint: Add a provider: oidc_provider "new" { cluster = cluster.new }

error[role-without-subjects]: Role without subjects
  --> ./main.tf:11:1
   |
11 | role "nobody" {
   | ^^^^^^^^^^^^^
   |
   = because: No service account names role.nobody, and it has neither `service_accounts` nor `trust`: nobody could assume it.
   = hint: Write `role = role.nobody` in a service account, or name those that are managed elsewhere: `service_accounts = ["namespace/name"]`.

error[invalid-noun]: Ambiguous cluster
  --> ./main.tf:18:22
   |
18 |   service_accounts = ["n/a", "wrong"]
   |                      ^^^^^^^^^^^^^^^^
   |
   = because: Which cluster is meant? "namespace/name" is enough only where there is one cluster; declared are: new, old.
   = hint: Write { cluster = cluster.main, namespace = "…", name = "…" }.

error[invalid-value]: Invalid value
  --> ./main.tf:18:22
   |
18 |   service_accounts = ["n/a", "wrong"]
   |                      ^^^^^^^^^^^^^^^^
   |
   = because: An element of `service_accounts` is "namespace/name", or { cluster, namespace, name }.
