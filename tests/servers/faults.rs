//! A bad day of AWS, made by microburst between the program and a stand-in: throttling, errors, broken connections, delays
//! and lost replies. What was begun comes to its end: a second plan is empty, and nothing is left or made twice.
//!
//! A create whose reply is lost is not among them: it needs to be recognised when it is tried again.

use libtest_mimic::Trial;
use serde_json::{Value as Json, json};
use trustform_test_support::Missing;
use trustform_test_support::aws::Microburst;

use super::calls::left_in_iam;
use super::stand_in::{Kind, StandIn, lead_to, on};
use crate::common::project::Project;

/// Objects with everything that a role can have.
const CONFIGURATION: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = "https://oidc.example.test/id/A"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "app" {
  count = 3
  name  = "app-${count.index}"
  tags  = { version = var.version_of_tags }
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.main.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
    }]
  })
}

resource "aws_iam_role_policy" "read" {
  count  = 3
  name   = "read"
  role   = aws_iam_role.app[count.index].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "managed" {
  count      = 3
  role       = aws_iam_role.app[count.index].name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

variable "version_of_tags" {
  default = "1"
}
"#;

/// A fault, and the rules that make it.
const FAULTS: [&str; 6] = [
    "throttling",
    "errors_of_the_server",
    "broken_connections",
    "delays",
    "lost_replies_of_reads",
    "lost_replies_of_changes",
];

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for kind in Kind::ALL {
        for fault in FAULTS {
            let name = format!("survives::{fault}");
            trials.push(on(kind, &name, move |server| survives(fault, server)));
        }
    }
    trials
}

fn rules(fault: &str) -> Json {
    let sometimes = json!({ "fail": 1, "pass": 2 });
    let lost = |operation: &str| {
        json!({
            "service": "iam", "operation": operation, "sequence": { "fail": 1, "pass": 1 },
            "response": { "abort_bytes": 0 },
        })
    };
    match fault {
        "throttling" => json!([
            { "service": "*", "sequence": sometimes, "error": { "code": "Throttling", "status": 400 } },
        ]),
        "errors_of_the_server" => json!([
            { "service": "iam", "sequence": sometimes, "error": { "code": "ServiceFailure", "status": 500 } },
            { "service": "sts", "times": 2, "error": { "code": "InternalFailure", "status": 503 } },
        ]),
        "broken_connections" => json!([{ "service": "*", "sequence": sometimes, "reset": true }]),
        "delays" => json!([{ "service": "*", "latency": { "min": 20, "max": 300 } }]),
        "lost_replies_of_reads" => json!(
            [
                "GetRole",
                "GetRolePolicy",
                "ListAttachedRolePolicies",
                "GetOpenIDConnectProvider"
            ]
            .map(lost)
        ),
        "lost_replies_of_changes" => json!(
            [
                "PutRolePolicy",
                "AttachRolePolicy",
                "TagRole",
                "DetachRolePolicy",
                "DeleteRolePolicy",
                "DeleteRole",
                "DeleteOpenIDConnectProvider",
            ]
            .map(lost)
        ),
        other => panic!("no fault is called {other}"),
    }
}

fn survives(fault: &str, server: &StandIn) -> Result<(), Missing> {
    let weather = Microburst::before(&server.endpoint())?;
    let mut project = Project::of(CONFIGURATION);
    lead_to(&mut project, &weather.endpoint);
    let before = left_in_iam(server);
    weather.set_rules(&rules(fault)).expect("rules");
    project.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(left_in_iam(server).len(), before.len() + 4, "{fault}");
    let again = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(again.code, 0, "{fault}\n{again}");
    project.set("TF_VAR_version_of_tags", "2");
    project.succeeds(&["apply", "-auto-approve"]);
    let again = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(again.code, 0, "{fault}\n{again}");
    project.succeeds(&["destroy", "-auto-approve"]);
    assert_eq!(left_in_iam(server), before, "{fault}");
    // It was as bad a day as was meant.
    let fired = weather.fired().expect("what fired");
    assert!(fired.len() >= 5, "{fault}: {fired:?}");
    Ok(())
}
