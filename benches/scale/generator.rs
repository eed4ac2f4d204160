//! Configurations of any size, whose resources refer to each other as those of real workload identities do.

use std::fmt::{self, Write as _};
use std::path::Path;

/// How a configuration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `a`: a block for every role and every account, of `terraform_data`.
    Blocks,
    /// `b`: two `terraform_data` blocks with `for_each`, the accounts referring to `role[each.key]`.
    ForEach,
    /// `c`: a call of a local module for every role and its account, of `terraform_data`.
    Modules,
    /// `m`: as `c`, but each call has a module of its own, in a folder of its own; the size counts calls.
    ModulesOfTheirOwn,
    /// `n`: roles and service accounts as nouns, in the sandbox; the size counts bindings.
    Nouns,
    /// `p`: the same objects as `n` in plain resources, in the sandbox.
    Plain,
}

impl Mode {
    /// The mode of a letter.
    pub fn named(letter: &str) -> Self {
        match letter {
            "a" => Self::Blocks,
            "b" => Self::ForEach,
            "c" => Self::Modules,
            "m" => Self::ModulesOfTheirOwn,
            "n" => Self::Nouns,
            "p" => Self::Plain,
            other => panic!("no mode is called {other}"),
        }
    }

    /// Whether Terraform can do it without providers and accounts.
    pub fn is_for_terraform(self) -> bool {
        !matches!(self, Self::Nouns | Self::Plain)
    }

    /// Whether its modules have to be installed first.
    pub fn has_modules(self) -> bool {
        matches!(self, Self::Modules | Self::ModulesOfTheirOwn)
    }

    /// The arguments of a command in this mode.
    pub fn extra(self, arguments: &[&str]) -> Vec<String> {
        let sandbox = (!self.is_for_terraform()).then_some("-sandbox");
        let command = arguments.iter().take(1).copied();
        let rest = arguments.iter().skip(1).copied();
        command
            .chain(sandbox)
            .chain(rest)
            .map(str::to_owned)
            .collect()
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blocks => "a",
            Self::ForEach => "b",
            Self::Modules => "c",
            Self::ModulesOfTheirOwn => "m",
            Self::Nouns => "n",
            Self::Plain => "p",
        })
    }
}

/// Writes a configuration of about `size` resources (module calls in mode `m`, bindings in `n` and `p`) into a folder.
pub fn write(mode: Mode, size: usize, folder: &Path) {
    let pairs = size.saturating_sub(2) / 2;
    let text = match mode {
        Mode::Blocks => blocks(pairs),
        Mode::ForEach => for_each(),
        Mode::Modules => modules(pairs, |_| "./binding".to_owned()),
        Mode::ModulesOfTheirOwn => modules(size, own_module),
        Mode::Nouns => NOUNS.to_owned(),
        Mode::Plain => PLAIN.to_owned(),
    };
    std::fs::write(folder.join("main.tf"), text).expect("main.tf");
    if mode == Mode::ForEach {
        write_accounts(folder, pairs);
    }
    match mode {
        Mode::Modules => write_module(&folder.join("binding")),
        Mode::ModulesOfTheirOwn => {
            (0..size).for_each(|number| write_module(&folder.join(own_module(number))));
        }
        Mode::Blocks | Mode::ForEach | Mode::Nouns | Mode::Plain => {}
    }
    if !mode.is_for_terraform() {
        write_accounts(folder, size);
        std::fs::write(folder.join("sandbox.json"), SANDBOX).expect("sandbox.json");
    }
}

fn own_module(number: usize) -> String {
    format!("./bindings/{number}")
}

fn write_module(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join("main.tf"), MODULE).expect("a module");
}

/// Writes the file of variables that names so many accounts.
pub fn write_accounts(folder: &Path, count: usize) {
    let accounts: serde_json::Map<String, serde_json::Value> = (0..count)
        .map(|number| {
            (
                format!("sa-{number:05}"),
                serde_json::json!({ "namespace": "ns" }),
            )
        })
        .collect();
    let values = serde_json::json!({ "service_accounts": accounts });
    std::fs::write(folder.join("accounts.auto.tfvars.json"), values.to_string()).expect("accounts");
}

const SHARED: &str = r#"
resource "terraform_data" "cluster" {
  input = { name = "main", version = "1.35", tags = { team = "platform" } }
}

resource "terraform_data" "provider" {
  input = {
    url        = "https://oidc.example/id/${terraform_data.cluster.id}"
    client_ids = ["sts.amazonaws.com"]
  }
}

locals {
  account = "123456789012"
  tags    = { managed = "yes" }
}
"#;

/// A role as `terraform_data`; `NAME` and `SUBJECT` are templates.
const ROLE: &str = r#"
  input = {
    name = "role-NAME"
    assume_role_policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Principal = { Federated = "arn:aws:iam::${local.account}:oidc-provider/${terraform_data.provider.output.url}" }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "${terraform_data.provider.output.url}:sub" = "system:serviceaccount:ns:sa-NAME"
            "${terraform_data.provider.output.url}:aud" = "sts.amazonaws.com"
          }
        }
      }]
    })
    tags = merge(local.tags, { cluster = terraform_data.cluster.output.name })
  }
"#;

/// A service account as `terraform_data`, of the role `ROLE`.
const ACCOUNT: &str = r#"
  input = {
    metadata = {
      name        = "NAME"
      namespace   = "ns"
      annotations = { role-arn = "arn:aws:iam::123456789012:role/${ROLE.output.name}-${ROLE.id}" }
      labels      = { cluster = terraform_data.cluster.output.name }
    }
  }
"#;

fn blocks(pairs: usize) -> String {
    let mut text = SHARED.to_owned();
    for number in 0..pairs {
        let name = number.to_string();
        let role = ROLE.replace("NAME", &name);
        let account = ACCOUNT
            .replace("ROLE", &format!("terraform_data.role_{number}"))
            .replace("NAME", &format!("sa-{number}"));
        write!(
            text,
            "\nresource \"terraform_data\" \"role_{number}\" {{{role}}}\n\nresource \"terraform_data\" \"account_{number}\" {{{account}}}\n"
        )
        .expect("text");
    }
    text
}

fn modules(calls: usize, source: impl Fn(usize) -> String) -> String {
    let mut text = SHARED.to_owned();
    for number in 0..calls {
        let source = source(number);
        write!(
            text,
            r#"
module "binding_{number}" {{
  source     = "{source}"
  name       = "{number}"
  namespace  = "ns"
  account    = local.account
  url        = terraform_data.provider.output.url
  client_ids = terraform_data.provider.output.client_ids
  cluster    = terraform_data.cluster.output.name
  tags       = local.tags
  enabled    = true
}}
"#
        )
        .expect("text");
    }
    text
}

/// The module of modes `c` and `m`: a role, an account that may be left out, eight variables, two outputs.
const MODULE: &str = r#"
variable "name" {
  type = string
}

variable "namespace" {
  type    = string
  default = "default"
}

variable "account" {
  type = string
}

variable "url" {
  type = string
}

variable "client_ids" {
  type = list(string)
}

variable "cluster" {
  type = string
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "enabled" {
  type    = bool
  default = true
}

resource "terraform_data" "role" {
  input = {
    name = "role-${var.name}"
    assume_role_policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Principal = { Federated = "arn:aws:iam::${var.account}:oidc-provider/${var.url}" }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "${var.url}:sub" = "system:serviceaccount:${var.namespace}:sa-${var.name}"
            "${var.url}:aud" = var.client_ids[0]
          }
        }
      }]
    })
    tags = merge(var.tags, { cluster = var.cluster })
  }
}

resource "terraform_data" "account" {
  count = var.enabled ? 1 : 0
  input = {
    metadata = {
      name        = "sa-${var.name}"
      namespace   = var.namespace
      annotations = { role-arn = "arn:aws:iam::${var.account}:role/${terraform_data.role.output.name}-${terraform_data.role.id}" }
      labels      = { cluster = var.cluster }
    }
  }
}

output "role" {
  value = terraform_data.role.id
}

output "account" {
  value = one(terraform_data.account[*].id)
}
"#;

fn for_each() -> String {
    let role = ROLE.replace("NAME", "${each.key}");
    let account = ACCOUNT
        .replace("ROLE", "terraform_data.role[each.key]")
        .replace("\"NAME\"", "each.key")
        .replace("\"ns\"", "each.value.namespace");
    format!(
        "{SHARED}{VARIABLE}
resource \"terraform_data\" \"role\" {{
  for_each = var.service_accounts
{role}}}

resource \"terraform_data\" \"account\" {{
  for_each = var.service_accounts
{account}}}
"
    )
}

const VARIABLE: &str = r#"
variable "service_accounts" {
  type = map(object({ namespace = string }))
}
"#;

const SANDBOX: &str = r#"{
  "account": "123456789012",
  "region": "eu-west-1",
  "clusters": [{ "name": "main", "namespaces": ["ns"] }]
}
"#;

/// Modes `n` on any server: the cluster is there.
pub const NOUNS: &str = r#"
variable "service_accounts" {
  type = map(object({ namespace = string }))
}

provider "aws" {
  region = "eu-west-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "account" {
  for_each = var.service_accounts
  name     = each.key
}

service_account "account" {
  for_each  = var.service_accounts
  cluster   = cluster.main
  namespace = each.value.namespace
  name      = each.key
  role      = role.account[each.key]
}
"#;

const PLAIN: &str = r#"
variable "service_accounts" {
  type = map(object({ namespace = string }))
}

provider "aws" {
  region = "eu-west-1"
}

data "aws_eks_cluster" "main" {
  name = "main"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.main.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.main.certificate_authority[0].data)
  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", "main"]
  }
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  issuer = trimprefix(aws_iam_openid_connect_provider.main.url, "https://")
}

resource "aws_iam_role" "account" {
  for_each = var.service_accounts
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.main.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.issuer}:sub" = "system:serviceaccount:${each.value.namespace}:${each.key}"
          "${local.issuer}:aud" = "sts.amazonaws.com"
        }
      }
    }]
  })
}

resource "kubernetes_service_account_v1" "account" {
  for_each = var.service_accounts
  metadata {
    name        = each.key
    namespace   = each.value.namespace
    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.account[each.key].arn }
  }
}
"#;
