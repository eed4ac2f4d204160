//! The real Terraform as the judge: it reads what we write, we write what it wrote, and each
//! respects the other's lock.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use trustform_state::backend::Backend as _;
use trustform_state::backend::local::LocalBackend;
use trustform_state::format;
use trustform_state::lock::LockInfo;
use trustform_state::snapshot::{Lineage, OutputValue, PathStep};

use crate::support::{now, state};

fn terraform(folder: &Path) -> Command {
    let mut command = Command::new("terraform");
    command
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_IN_AUTOMATION", "1")
        .stdin(Stdio::null());
    command
}

/// A folder with a configuration; `None`, with a word about it, where Terraform is not installed.
fn folder_with(configuration: &str) -> Option<TempDir> {
    let folder = TempDir::new().unwrap();
    if terraform(folder.path()).arg("version").output().is_err() {
        eprintln!("skipped: `terraform` is not on the PATH");
        return None;
    }
    fs::write(folder.path().join("main.tf"), configuration).unwrap();
    Some(folder)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    terraform(folder).args(arguments).output().unwrap()
}

fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a state can hold, over the one resource that needs no provider.
const EVERYTHING: &str = r#"
variable "generation" { default = 1 }
variable "secret" {
  default   = "hush <&>"
  sensitive = true
}
resource "terraform_data" "counted" {
  count = 12
  input = count.index
}
resource "terraform_data" "keyed" {
  for_each = toset(["z", "a", "<&>", "é\u2028", "$${x}"])
  input    = { key = each.key, digits = 12345678901234567890.0123456789, list = [1, null, true] }
}
resource "terraform_data" "replaced" {
  count            = 2
  triggers_replace = var.generation
  lifecycle { create_before_destroy = true }
}
resource "terraform_data" "fails_the_second_time" {
  triggers_replace = terraform_data.replaced[*].id
  lifecycle { create_before_destroy = true }
  provisioner "local-exec" { command = "exit ${var.generation - 1}" }
}
resource "terraform_data" "sensitive" {
  input = { password = var.secret, list = [1, var.secret] }
}
output "secret" {
  value     = var.secret
  sensitive = true
}
output "typed" { value = { numbers = toset([1e30, 0.1]), nothing = null } }
check "always_fails" {
  assert {
    condition     = terraform_data.counted[0].output == "x"
    error_message = "<not> so"
  }
}
"#;

#[test]
fn what_terraform_wrote_is_written_back_byte_for_byte() {
    let Some(folder) = folder_with(EVERYTHING) else {
        return;
    };
    let folder = folder.path();
    let check = |what: &str| -> String {
        let bytes = fs::read(folder.join("terraform.tfstate")).unwrap();
        let written = format::write(&format::parse(&bytes).unwrap().unwrap()).unwrap();
        let (written, bytes) = (
            String::from_utf8(written).unwrap(),
            String::from_utf8(bytes).unwrap(),
        );
        assert_eq!(written, bytes, "{what}");
        bytes
    };
    succeeds(folder, &["apply", "-auto-approve"]);
    let text = check("after the first apply");
    assert!(text.contains("\"create_before_destroy\": true") && text.contains("\"get_attr\""));
    assert!(
        !run(folder, &["apply", "-auto-approve", "-var", "generation=2"])
            .status
            .success()
    );
    let text = check("after a failed replacement");
    assert!(text.contains("\"deposed\"") && text.contains("\"tainted\""));
    succeeds(folder, &["destroy", "-auto-approve"]);
    check("after destroy");
}

#[test]
fn sensitive_paths_are_understood() {
    let Some(folder) = folder_with(EVERYTHING) else {
        return;
    };
    succeeds(
        folder.path(),
        &["apply", "-auto-approve", "-target=terraform_data.sensitive"],
    );
    let stored = now(LocalBackend::new(folder.path().join("terraform.tfstate")).read());
    let snapshot = stored.unwrap().unwrap().snapshot;
    let paths = &snapshot.resources[0].instances[0].sensitive_attributes;
    let attribute = |name: &str| PathStep::Attribute(name.to_owned());
    assert!(
        paths.contains(&vec![attribute("input"), attribute("password")]),
        "{paths:?}"
    );
}

#[test]
fn terraform_reads_what_we_wrote() {
    let Some(folder) = folder_with("") else {
        return;
    };
    let folder = folder.path();
    let mut snapshot = state(&Lineage::random(), 7, 11);
    let output = |value, ty, sensitive| OutputValue {
        value,
        ty,
        sensitive,
        extra: serde_json::Map::new(),
    };
    let outputs = [
        ("plain", output(json!("a<b"), json!("string"), false)),
        (
            "secret",
            output(json!([1]), json!(["tuple", ["number"]]), true),
        ),
    ];
    snapshot
        .outputs
        .extend(outputs.map(|(name, output)| (name.to_owned(), output)));
    let backend = LocalBackend::new(folder.join("terraform.tfstate"));
    now(backend.write(&snapshot, None)).unwrap();
    let ours = fs::read_to_string(folder.join("terraform.tfstate")).unwrap();

    let listed = succeeds(folder, &["state", "list"]);
    let expected: Vec<String> = (0..11)
        .map(|n| format!("terraform_data.many[{n}]"))
        .collect();
    assert_eq!(listed.lines().collect::<Vec<_>>(), expected);
    assert_eq!(
        succeeds(folder, &["state", "pull"]).trim_end(),
        ours.trim_end()
    );
    let outputs: Value = serde_json::from_str(&succeeds(folder, &["output", "-json"])).unwrap();
    assert_eq!(outputs["plain"]["value"], "a<b");
    assert_eq!(outputs["secret"]["sensitive"], true);
    let shown = succeeds(folder, &["state", "show", "terraform_data.many[3]"]);
    assert!(shown.contains("\"<7>\""), "{shown}");
}

#[test]
fn terraform_goes_on_from_what_we_wrote() {
    let configuration =
        "resource \"terraform_data\" \"many\" {\n  count = 3\n  input = \"<7>\"\n}\n";
    let Some(folder) = folder_with(configuration) else {
        return;
    };
    let folder = folder.path();
    let backend = LocalBackend::new(folder.join("terraform.tfstate"));
    now(backend.write(&state(&Lineage::random(), 7, 3), None)).unwrap();
    let before = fs::read_to_string(folder.join("terraform.tfstate")).unwrap();
    succeeds(folder, &["apply", "-auto-approve"]);
    let after = fs::read_to_string(folder.join("terraform.tfstate")).unwrap();
    assert_eq!(
        after, before,
        "an apply that changes nothing leaves the file as it was"
    );
    succeeds(folder, &["state", "rm", "terraform_data.many[1]"]);
    let stored = now(backend.read()).unwrap().unwrap().snapshot;
    assert_eq!(stored.serial.get(), 8);
    assert_eq!(stored.resources[0].instances.len(), 2);
}

#[test]
fn terraform_respects_our_lock() {
    let Some(folder) = folder_with("resource \"terraform_data\" \"a\" {}\n") else {
        return;
    };
    let folder = folder.path();
    let backend = LocalBackend::new(folder.join("terraform.tfstate"));
    let lock = now(backend.lock(LockInfo::new("OperationTypeApply", "1.11.4"))).unwrap();
    let output = run(folder, &["apply", "-auto-approve"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    for part in [
        "Error acquiring the state lock",
        lock.id.as_str(),
        &lock.who,
    ] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    now(backend.unlock(&lock.id)).unwrap();
    succeeds(folder, &["apply", "-auto-approve"]);
}

#[test]
fn we_respect_the_lock_of_terraform() {
    let configuration = "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    \
        command = \"touch begun; for i in $(seq 300); do test -e go_on && exit 0; sleep 0.1; done; exit 1\"\n  }\n}\n";
    let Some(folder) = folder_with(configuration) else {
        return;
    };
    let folder = folder.path();
    let mut apply = terraform(folder)
        .args(["apply", "-auto-approve"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_mins(1);
    while !folder.join("begun").exists() {
        assert!(Instant::now() < patience, "terraform does not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    let backend = LocalBackend::new(folder.join("terraform.tfstate"));
    let error = now(backend.lock(LockInfo::new("ours", "1")))
        .unwrap_err()
        .to_string();
    for part in [
        "for OperationTypeApply",
        "since 20",
        &format!("process {}", apply.id()),
    ] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    fs::write(folder.join("go_on"), "").unwrap();
    assert!(apply.wait().unwrap().success());
    let lock = now(backend.lock(LockInfo::new("ours", "1"))).unwrap();
    assert_eq!(
        now(backend.read())
            .unwrap()
            .unwrap()
            .snapshot
            .resources
            .len(),
        1
    );
    now(backend.unlock(&lock.id)).unwrap();
}
