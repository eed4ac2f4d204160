//! The same in plain Terraform blocks.

use std::sync::Arc;

use trustform_test_support::kubernetes::KubeApiServer;

use super::Test;
use super::server::{
    ARN, ROLE_ARN, account, annotation, apply, declare, delete_account, destroy, edit,
    fails_to_apply, get, has_nothing_to_do, namespace_path, owners, plan, project, recorded,
};
use crate::common::project::Project;

pub(super) const TESTS: &[(&str, Test)] = &[
    ("plain_blocks_from_plan_to_destroy", whole_way),
    ("plain_blocks_repair_drift", drift),
    ("plain_blocks_meet_a_foreign_manager", foreign_manager),
];

fn blocks(server: &KubeApiServer, namespace: &str) -> Project {
    let text = format!(
        r#"
provider "aws" {{
  region = "eu-central-1"
}}

variable "host" {{
  type = string
}}

provider "kubernetes" {{
  host                   = var.host
  cluster_ca_certificate = file("authority.pem")
  client_certificate     = file("client.pem")
  client_key             = file("client-key.pem")
}}

resource "aws_iam_role" "reader" {{
  name = "reader"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Principal = {{ Service = "ec2.amazonaws.com" }}
      Action    = "sts:AssumeRole"
    }}]
  }})
}}

resource "kubernetes_namespace_v1" "own" {{
  metadata {{
    name   = "{namespace}"
    labels = {{ purpose = "test" }}
  }}
}}

resource "kubernetes_service_account_v1" "reader" {{
  metadata {{
    namespace   = kubernetes_namespace_v1.own.metadata[0].name
    name        = "reader"
    annotations = {{ "{ROLE_ARN}" = aws_iam_role.reader.arn }}
  }}
}}
"#
    );
    let project = project(server, server);
    project.write("main.tf", &text);
    project
}

fn whole_way(server: &Arc<KubeApiServer>) {
    let namespace = "plain-whole-way";
    let project = blocks(server, namespace);
    project.succeeds(&["plan", "-sandbox", "-out=saved"]);
    project.succeeds(&["apply", "-sandbox", "saved"]);
    let made = account(server, namespace);
    assert_eq!(made["metadata"]["annotations"][ROLE_ARN], ARN);
    let ours = [("trustform".to_owned(), "Apply".to_owned())];
    assert_eq!(owners(&made), ours);
    let around = get(server, &namespace_path(namespace)).expect("the namespace");
    assert_eq!(around["metadata"]["labels"]["purpose"], "test");
    has_nothing_to_do(&project);
    destroy(&project);
    if server.has_controllers {
        assert_eq!(get(server, &namespace_path(namespace)), None);
    }
    assert_eq!(recorded(&project), Vec::<String>::new());
}

fn drift(server: &Arc<KubeApiServer>) {
    let namespace = "plain-drift";
    let project = blocks(server, namespace);
    apply(&project);
    edit(server, namespace, "arn:of-an-edit");
    let planned = plan(&project);
    assert_eq!(planned.code, 2, "{planned}");
    assert!(planned.stdout.contains("arn:of-an-edit"), "{planned}");
    apply(&project);
    assert_eq!(annotation(server, namespace, ROLE_ARN), ARN);
    delete_account(server, namespace);
    let planned = plan(&project);
    assert_eq!(planned.code, 2, "{planned}");
    apply(&project);
    assert_eq!(annotation(server, namespace, ROLE_ARN), ARN);
    has_nothing_to_do(&project);
}

fn foreign_manager(server: &Arc<KubeApiServer>) {
    let namespace = "plain-foreign";
    let project = blocks(server, namespace);
    apply(&project);
    declare(server, namespace, "argocd", "arn:of-argocd");
    let ran = fails_to_apply(&project);
    for said in ["conflict with", "argocd", ROLE_ARN] {
        assert!(ran.stderr.contains(said), "{said}\n{ran}");
    }
    assert_eq!(annotation(server, namespace, ROLE_ARN), "arn:of-argocd");
    assert_eq!(recorded(&project).len(), 3);
}
