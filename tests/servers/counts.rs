//! The calls that a plan says it made are those that came.

use std::collections::BTreeMap;

use libtest_mimic::Trial;
use trustform_test_support::Missing;
use trustform_test_support::aws::{Front, FrontOptions};

use super::stand_in::{Kind, StandIn, lead_to, on};
use crate::common::project::Project;

const CONFIGURATION: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

resource "aws_iam_role" "app" {
  count = 3
  name  = "app-${count.index}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

data "aws_caller_identity" "me" {}
"#;

pub fn trials() -> Vec<Trial> {
    let kinds = Kind::ALL.into_iter();
    kinds
        .map(|kind| on(kind, "calls_are_counted_as_they_come", counted))
        .collect()
}

fn counted(server: &StandIn) -> Result<(), Missing> {
    let front = Front::before(server.port(), FrontOptions::default())
        .map_err(|error| Missing::new("a front", error.to_string()))?;
    let mut project = Project::of(CONFIGURATION);
    lead_to(&mut project, &front.endpoint);
    project.succeeds(&["apply", "-auto-approve"]);
    front.forget();
    let ran = project.succeeds(&["plan"]);
    let mut came: BTreeMap<String, usize> = BTreeMap::new();
    for seen in front.seen() {
        *came.entry(seen.service().to_uppercase()).or_default() += 1;
    }
    assert_eq!(said(&ran.stdout), came, "{ran}");
    assert!(came["IAM"] >= 3, "{came:?}");
    Ok(())
}

/// The counts of the line `refresh: 3 IAM, 1 STS calls`.
fn said(text: &str) -> BTreeMap<String, usize> {
    let line = text.lines().find_map(|line| line.strip_prefix("refresh: "));
    let line = line.expect("a line of calls");
    let line = line.trim_end_matches('s').trim_end_matches(" call");
    let parts = line.split(", ").filter_map(|part| part.split_once(' '));
    parts
        .map(|(count, service)| (service.to_owned(), count.parse().expect("a count")))
        .collect()
}
