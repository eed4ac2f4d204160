cluster "main" {
  nam = "c"
}

oidc_provider "main" {
  cluster = cluster.main
  url     = "https://example.com"
}

oidc_provider "none" {
}

role "x" {
  name                 = "x"
  name_prefix          = "y"
  max_session_duration = "long"
  binding              = "pods"
  trust                = "[]"
}

role "y" {
  existing = true
  policies = {}
}

role "z" {
  count = 2
  trust = "[]"
}

service_account "a" {
  cluster  = cluster.main
  role     = role.x
  role_arn = "arn"
  inline   = true
}
-----
error[unknown-argument]: Unsupported argument
 --> ./main.tf:2:3
  |
2 |   nam = "c"
  |   ^^^ not an argument of `cluster`
  |
  = because: An argument named "nam" is not expected here.
  = hint: Did you mean `name`?

error[missing-argument]: Missing required argument
 --> ./main.tf:1:1
  |
1 | cluster "main" {
  | ^^^^^^^^^^^^^^
  |
  = because: The argument "name" is required, but no definition was found.

error[invalid-noun]: Conflicting arguments
 --> ./main.tf:7:3
  |
6 |   cluster = cluster.main
  |   ------- `cluster` is set here
7 |   url     = "https://example.com"
  |   ^^^
  |
  = because: An OIDC provider takes `cluster` or `url`, not both.

error[missing-argument]: Missing required argument
  --> ./main.tf:10:1
   |
10 | oidc_provider "none" {
   | ^^^^^^^^^^^^^^^^^^^^
   |
   = because: An OIDC provider needs the cluster whose tokens it is for: `cluster`, or the `url` of the issuer.

error[wrong-type]: Incorrect value type
  --> ./main.tf:16:26
   |
16 |   max_session_duration = "long"
   |                          ^^^^^^
   |
   = because: Inappropriate value for the `max_session_duration` of a role: a number is required.

error[invalid-noun]: Conflicting arguments
  --> ./main.tf:15:3
   |
14 |   name                 = "x"
   |   ---- `name` is set here
15 |   name_prefix          = "y"
   |   ^^^^^^^^^^^
   |
   = because: A role takes `name` or `name_prefix`, not both.

error[invalid-value]: Invalid value
  --> ./main.tf:17:26
   |
17 |   binding              = "pods"
   |                          ^^^^^^
   |
   = because: `binding` must be "irsa", "pod_identity" or "both", written as a constant.

error[invalid-noun]: Argument without effect
  --> ./main.tf:23:3
   |
23 |   policies = {}
   |   ^^^^^^^^
   |
   = because: With `existing = true` the role is only read, so `policies` would have no effect.
   = hint: Remove `policies`, or remove `existing` so that it is owned.

error[missing-argument]: Missing required argument
  --> ./main.tf:26:1
   |
26 | role "z" {
   | ^^^^^^^^
27 |   count = 2
   |           - `count` is set here
   |
   = because: A role with `count` needs `name` or `name_prefix`, so that no two instances share one.

error[unknown-argument]: Unsupported argument
  --> ./main.tf:35:3
   |
35 |   inline   = true
   |   ^^^^^^ not an argument of `service_account`
   |
   = because: An argument named "inline" is not expected here.

error[missing-argument]: Missing required argument
  --> ./main.tf:31:1
   |
31 | service_account "a" {
   | ^^^^^^^^^^^^^^^^^^^
   |
   = because: The argument "namespace" is required, but no definition was found.

error[invalid-noun]: Conflicting arguments
  --> ./main.tf:34:3
   |
33 |   role     = role.x
   |   ---- `role` is set here
34 |   role_arn = "arn"
   |   ^^^^^^^^
   |
   = because: A service account takes `role` or `role_arn`, not both.
