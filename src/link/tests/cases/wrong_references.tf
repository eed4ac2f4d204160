cluster "main" {
  name     = "c"
  existing = true
}

role "app" {
  for_each = { a = 1 }
  name     = each.key
}

service_account "a" {
  cluster   = cluster.main
  namespace = "n"
  role      = var.role ? role.app : null
}

service_account "b" {
  cluster   = cluster.mian
  namespace = "n"
  role      = role.app
}

service_account "c" {
  cluster   = role.app
  namespace = "n"
  role      = role.app["a"].arn
}

service_account "d" {
  cluster   = cluster.main["k"]
  namespace = "n"
  role      = role.app["a"]
}

output "x" {
  value = [cluster.main.issuers, role.ap["a"].arn, role.app["a"].arn_]
}
-----
error[unknown-attribute]: Unsupported attribute
  --> ./main.tf:36:24
   |
36 |   value = [cluster.main.issuers, role.ap["a"].arn, role.app["a"].arn_]
   |                        ^^^^^^^^
   |
   = because: cluster.main has no attribute named "issuers".
   = hint: Did you mean `issuer`?
   = hint: A cluster has: name, arn, issuer, endpoint, certificate_authority, version, role_arn.

error[unknown-reference]: Reference to undeclared role
  --> ./main.tf:36:34
   |
36 |   value = [cluster.main.issuers, role.ap["a"].arn, role.app["a"].arn_]
   |                                  ^^^^^^^
   |
   = because: A role named "ap" has not been declared in the root module.
   = hint: Did you mean `app`?

error[unknown-attribute]: Unsupported attribute
  --> ./main.tf:36:65
   |
36 |   value = [cluster.main.issuers, role.ap["a"].arn, role.app["a"].arn_]
   |                                                                 ^^^^^
   |
   = because: role.app has no attribute named "arn_".
   = hint: Did you mean `arn`?
   = hint: A role has: arn, name, unique_id, trust_policy, subjects.

error[invalid-noun]: Invalid reference to a noun
  --> ./main.tf:14:15
   |
14 |   role      = var.role ? role.app : null
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = because: `role` must be a bare reference to a role, indexed or not, so that it can be followed before anything is evaluated.
   = hint: Write `role = role.name` or `role = role.name[each.key]`.
   = hint: For any other role, write its ARN as `role_arn`.

error[unknown-reference]: Reference to undeclared cluster
  --> ./main.tf:18:15
   |
18 |   cluster   = cluster.mian
   |               ^^^^^^^^^^^^
   |
   = because: A cluster named "mian" has not been declared in the root module.
   = hint: Did you mean `main`?

error[invalid-index]: Invalid index
  --> ./main.tf:20:15
   |
20 |   role      = role.app
   |               ^^^^^^^^
   |
   = because: Because role.app has `count` or `for_each`, a reference to it must name one instance, as role.app[each.key].

error[invalid-noun]: Invalid reference to a noun
  --> ./main.tf:24:15
   |
24 |   cluster   = role.app
   |               ^^^^^^^^
   |
   = because: `cluster` must refer to a cluster, not to a role.

error[invalid-noun]: Invalid reference to a noun
  --> ./main.tf:26:15
   |
26 |   role      = role.app["a"].arn
   |               ^^^^^^^^^^^^^^^^^
   |
   = because: `role` must be a bare reference to a role, indexed or not, so that it can be followed before anything is evaluated.
   = hint: Write `role = role.name` or `role = role.name[each.key]`.
   = hint: For any other role, write its ARN as `role_arn`.

error[invalid-index]: Invalid index
  --> ./main.tf:30:15
   |
30 |   cluster   = cluster.main["k"]
   |               ^^^^^^^^^^^^^^^^^
   |
   = because: Because cluster.main has neither `count` nor `for_each`, references to it must not include an index.
