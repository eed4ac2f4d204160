//! `init -json` and `init -lockfile`: what programs read of it, and what it leaves alone.

use libtest_mimic::Trial;
use serde_json::{Value as Json, json};

use crate::common::project::{Project, Ran};

const MAIN: &str = r#"
terraform {
  required_providers {
    datadog = {
      source = "datadog/datadog"
    }
  }
}

module "m" {
  source = "./m"
}
"#;

pub(super) fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 3] = [
        ("init_as_json", as_json),
        ("init_as_json_that_fails", failing),
        ("init_leaves_the_lock_file_alone", lock_file),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("commands::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

/// The objects of a stream, each of which has the members that all have.
fn stream(ran: &Ran) -> Vec<Json> {
    let object = |line: &str| -> Json {
        let object: Json = serde_json::from_str(line).expect("JSON on every line");
        for member in ["@level", "@message", "@module", "@timestamp", "type"] {
            assert!(object[member].is_string(), "{member}: {line}");
        }
        object
    };
    ran.stdout.lines().map(object).collect()
}

fn as_json() {
    let project = Project::of(MAIN);
    project.write("m/main.tf", "");
    let ran = project.succeeds(&["init", "-json"]);
    assert_eq!(ran.stderr, "");
    let objects = stream(&ran);
    let kinds: Vec<&str> = objects
        .iter()
        .filter_map(|it| it["type"].as_str())
        .collect();
    assert_eq!(kinds.first(), Some(&"version"), "{ran}");
    let last = objects.last().expect("an object");
    assert_eq!(last["type"], "init_output");
    assert_eq!(last["message_code"], "output_init_success_message");
    let codes: Vec<&Json> = objects.iter().map(|it| &it["message_code"]).collect();
    assert!(
        codes.contains(&&json!("initializing_modules_message")),
        "{ran}"
    );
    let warning = objects.iter().find(|it| it["type"] == "diagnostic");
    let warning = &warning.expect("a warning")["diagnostic"];
    assert_eq!(warning["severity"], "warning");
    assert_eq!(warning["code"], "invalid-provider");
    assert_eq!(warning["summary"], "Provider is not built in");
    assert_eq!(warning["range"]["filename"], "main.tf");
    assert_eq!(warning["range"]["start"]["line"], 4);
    let detail = warning["detail"].as_str().unwrap_or_default();
    assert!(
        detail.contains("datadog/datadog") && detail.contains("docs/providers.md"),
        "{detail}"
    );
}

fn failing() {
    let project = Project::of("terraform {\n  required_version = \"< 1.0\"\n}\n");
    let ran = project.run(&["init", "-json"]);
    assert_eq!(ran.code, 1, "{ran}");
    let objects = stream(&ran);
    let error = objects.last().expect("an object");
    assert_eq!(error["@level"], "error");
    assert_eq!(
        error["diagnostic"]["summary"],
        "Unsupported Terraform Core version"
    );
    assert!(!project.file(".terraform").exists());
    let ran = project.run(&["init", "-json", "-migrate-state"]);
    assert!(ran.code == 1 && ran.stdout.is_empty(), "{ran}");
}

/// Providers are built in, so that no lock file is read, written or missed.
fn lock_file() {
    let project = Project::of(MAIN);
    project.write("m/main.tf", "");
    for arguments in [&["init"][..], &["init", "-lockfile=readonly"]] {
        project.succeeds(arguments);
        assert!(!project.file(".terraform.lock.hcl").exists());
    }
    let text = "provider \"registry.terraform.io/datadog/datadog\" {\n  version = \"0.0.1\"\n}\n";
    project.write(".terraform.lock.hcl", text);
    for arguments in [
        &["init", "-upgrade"][..],
        &["init", "-lockfile=readonly", "-upgrade"],
    ] {
        project.succeeds(arguments);
        assert_eq!(project.read(".terraform.lock.hcl"), text);
    }
}
