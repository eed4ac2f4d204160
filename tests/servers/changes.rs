//! Each change that the kinds of IAM know, alone: applied to what stands, it leads to an empty plan. Where a stand-in lacks
//! an operation, the table of differences says so.

use libtest_mimic::Trial;
use trustform_test_support::Missing;

use super::differences::is_as_on_aws;
use super::stand_in::{Kind, StandIn, lead_to, on};
use crate::common::project::Project;

/// What stands before the change.
const BEFORE: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

resource "aws_iam_openid_connect_provider" "main" {
  url            = "https://oidc.example.test/id/A"
  client_id_list = ["sts.amazonaws.com"]
  tags           = { team = "a" }
}

resource "aws_iam_role" "app" {
  name                 = "app"
  description          = "one"
  max_session_duration = 3600
  tags                 = { team = "a" }
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "read" {
  name   = "read"
  role   = aws_iam_role.app.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
"#;

/// Changes: what they are called, a part of the configuration, and what stands there afterwards.
const CHANGES: [(&str, &str, &str); 10] = [
    (
        "clients of a provider",
        "[\"sts.amazonaws.com\"]",
        "[\"sts.amazonaws.com\", \"other\"]",
    ),
    (
        "thumbprints of a provider",
        "  client_id_list = [\"sts.amazonaws.com\"]",
        "  client_id_list = [\"sts.amazonaws.com\"]\n  \
         thumbprint_list = [\"0123456789012345678901234567890123456789\"]",
    ),
    (
        "tags of a provider",
        "tags           = { team = \"a\" }",
        "tags           = { stage = \"b\" }",
    ),
    (
        "tags of a role",
        "tags                 = { team = \"a\" }",
        "tags                 = { stage = \"b\" }",
    ),
    ("description of a role", "\"one\"", "\"two\""),
    ("sessions of a role", "3600", "7200"),
    (
        "boundary of a role",
        "  description          = \"one\"",
        "  description          = \"one\"\n  permissions_boundary = \"arn:aws:iam::aws:policy/ReadOnlyAccess\"",
    ),
    (
        "trust policy of a role",
        "ec2.amazonaws.com",
        "lambda.amazonaws.com",
    ),
    ("inline policy", "s3:GetObject", "s3:PutObject"),
    (
        "attached policy",
        "policy/ReadOnlyAccess",
        "policy/AmazonS3ReadOnlyAccess",
    ),
];

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for kind in Kind::ALL {
        trials.push(on(kind, "changes", changes));
    }
    trials
}

/// One after the other, each from the beginning.
fn changes(server: &StandIn) -> Result<(), Missing> {
    for (change, from, to) in CHANGES {
        assert!(BEFORE.contains(from), "{change}");
        let mut project = Project::of(BEFORE);
        lead_to(&mut project, &server.endpoint());
        // An operation that a stand-in lacks is answered as if it were unwell; it does not get better.
        project.set("AWS_MAX_ATTEMPTS", "2");
        project.succeeds(&["apply", "-auto-approve"]);
        project.write("main.tf", &BEFORE.replace(from, to));
        let run = |step: &str, arguments: &[&str], code: i32| {
            let ran = project.run(arguments);
            is_as_on_aws(server.kind().name(), change, step, &ran, code)
        };
        run("plan", &["plan", "-detailed-exitcode"], 2);
        if run("apply", &["apply", "-auto-approve"], 0) {
            run("again", &["plan", "-detailed-exitcode"], 0);
        }
        project.succeeds(&["destroy", "-auto-approve"]);
    }
    Ok(())
}
