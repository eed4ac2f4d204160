//! What keeps a bucket from being used: each a diagnostic with its place, its cause and what to do.

use libtest_mimic::Trial;

use crate::common::project::Project;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 4] = [
        ("buckets_that_cannot_be_used", buckets),
        ("settings_that_cannot_be_used", settings),
        ("a_lock_in_dynamodb_is_refused_with_the_way_over", dynamodb),
        ("a_changed_backend_names_both_ways", changed),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("s3::refusals::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

const SEED: &str = r#"{"buckets": [
  {"name": "states"},
  {"name": "far", "region": "eu-central-1"},
  {"name": "theirs", "account": "999999999999"},
  {"name": "careless", "conditional_writes": false}
]}"#;

/// A project whose backend has these settings besides the usual ones.
fn project(settings: &str) -> Project {
    let project = Project::of(&format!(
        "terraform {{\n  backend \"s3\" {{\n    region = \"us-east-1\"\n    {settings}\n  }}\n}}\n\nresource \"terraform_data\" \"a\" {{}}\n"
    ));
    project.write("sandbox.json", SEED);
    project
}

/// What a failing command says.
fn fails(project: &Project, arguments: &[&str], parts: &[&str]) {
    let ran = project.run(arguments);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("main.tf:2:3"), "no place\n{ran}");
    for part in parts {
        assert!(ran.stderr.contains(part), "no `{part}`\n{ran}");
    }
}

fn buckets() {
    let of = |bucket: &str| project(&format!("bucket = \"{bucket}\"\n    key = \"k\""));
    let init = ["-sandbox", "init"];
    fails(
        &of("none"),
        &init,
        &["S3 bucket does not exist", "NoSuchBucket"],
    );
    fails(
        &of("theirs"),
        &init,
        &["Access to the S3 bucket is denied", "s3:ListBucket"],
    );
    fails(
        &of("far"),
        &init,
        &[
            "S3 bucket is in another region",
            "region = \"eu-central-1\"",
        ],
    );
    let careless = of("careless");
    careless.succeeds(&init);
    for command in ["plan", "apply"] {
        let parts = ["S3 server without conditional writes", "If-None-Match"];
        fails(&careless, &["-sandbox", command], &parts);
    }
    let denied = of("states");
    let faults = r#""faults": [{"service": "s3", "operation": "PutObject", "effect": "deny"}]}"#;
    denied.write(
        "sandbox.json",
        &format!("{}, {faults}", SEED.trim_end_matches('}')),
    );
    denied.succeeds(&init);
    fails(
        &denied,
        &["-sandbox", "plan"],
        &["cannot lock s3://states/k.tflock", "AccessDenied"],
    );
}

fn settings() {
    let init = ["-sandbox", "init"];
    let usual = "bucket = \"states\"\n    key = \"k\"\n    ";
    let with = |setting: &str| project(&format!("{usual}{setting}"));
    fails(
        &project(""),
        &init,
        &[
            "Missing Required Value",
            "\"bucket\" is required",
            "\"key\" is required",
        ],
    );
    fails(
        &project("bucket = \"states\"\n    key = \"/k\""),
        &init,
        &["must not start or end with \"/\""],
    );
    let both = "kms_key_id = \"k\"\n    sse_customer_key = \"s\"\n    encrypt = true";
    fails(
        &with(both),
        &init,
        &["Only one of `kms_key_id` and `sse_customer_key`"],
    );
    fails(
        &with("encrypt = true\n    sse_customer_key = \"c2hvcnQ=\""),
        &init,
        &["32 bytes in base64"],
    );
    let foreign = "allowed_account_ids = [\"999999999999\"]";
    fails(&with(foreign), &init, &["123456789012"]);
    let ran = with("bukcet = \"x\"").run(&init);
    assert!(
        ran.stderr.contains("Did you mean `bucket`?") && ran.stderr.contains("main.tf:6:"),
        "{ran}"
    );
    let ran = with("max_retries = \"x\"").run(&init);
    assert!(
        ran.stderr
            .contains("Inappropriate value for attribute \"max_retries\""),
        "{ran}"
    );
    let ran = with("").run(&["-sandbox", "init", "-backend-config=foo=bar"]);
    assert!(
        ran.stderr
            .contains("argument \"foo\" given on the command line is not expected"),
        "{ran}"
    );
    let partial = project("bucket = \"states\"");
    partial.write("prod.tfbackend", "key = \"from-a-file\"\n");
    partial.succeeds(&["-sandbox", "init", "-backend-config=prod.tfbackend"]);
    partial.succeeds(&["-sandbox", "apply", "-auto-approve"]);
    let ran = partial.succeeds(&["-sandbox", "sandbox", "show", "s3/object"]);
    assert_eq!(ran.stdout.trim(), "s3/object/states/from-a-file");
}

fn dynamodb() {
    let locked = project("bucket = \"states\"\n    key = \"k\"\n    dynamodb_table = \"locks\"");
    let parts = [
        "Lock in DynamoDB is not supported",
        "digest",
        "use_lockfile = true",
    ];
    fails(&locked, &["-sandbox", "init"], &parts);
}

fn changed() {
    let project = project("bucket = \"states\"\n    key = \"one\"");
    fails(
        &project,
        &["-sandbox", "plan"],
        &["Backend initialization required", "trustform init"],
    );
    project.succeeds(&["-sandbox", "init"]);
    project.succeeds(&["-sandbox", "apply", "-auto-approve"]);
    let text = project.read("main.tf").replace("\"one\"", "\"two\"");
    project.write("main.tf", &text);
    let ways = ["-migrate-state", "-reconfigure"];
    fails(&project, &["-sandbox", "plan"], &ways);
    fails(
        &project,
        &["-sandbox", "init"],
        &["Backend configuration changed", ways[0], ways[1]],
    );
    let ran = project.run(&["-sandbox", "init", "-migrate-state"]);
    assert!(ran.stderr.contains("-force-copy"), "{ran}");
    project.succeeds(&["-sandbox", "init", "-force-copy"]);
    let ran = project.succeeds(&["-sandbox", "plan"]);
    assert!(ran.stdout.contains("No changes"), "{ran}");
}
