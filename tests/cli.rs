//! The command line as a user meets it: exit codes, spellings, what goes to which stream.

use libtest_mimic::Trial;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

use crate::common::project::Project;

const ONE: &str = r#"
resource "terraform_data" "a" {
  input = "x"
}

output "text" {
  value = terraform_data.a.output
}

output "secret" {
  value     = "hush"
  sensitive = true
}

output "list" {
  value = [1, "two"]
}
"#;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 23] = [
        ("exit_codes", exit_codes),
        ("wrong_usage", wrong_usage),
        ("detailed_exit_code", detailed_exit_code),
        ("one_dash_and_two", one_dash_and_two),
        ("chdir", chdir),
        ("help_lists_what_there_is", help),
        ("no_color", no_color),
        ("streams", streams),
        ("outputs", outputs),
        ("outputs_as_json", outputs_as_json),
        ("raw_outputs", raw_outputs),
        ("version", version),
        ("state_list", state_list),
        ("state_show", state_show),
        ("validate_as_json", validate_as_json),
        ("validate_foresees", validate_foresees),
        ("validate_takes_a_long_chain", validate_takes_a_long_chain),
        ("nothing_is_configured", nothing_is_configured),
        (
            "what_was_configured_once_is_destroyed",
            what_was_configured_once_is_destroyed,
        ),
        ("approval_is_needed", approval_is_needed),
        (
            "what_does_not_hold_is_told_once",
            what_does_not_hold_is_told_once,
        ),
        ("a_saved_plan_is_applied_once", saved_plan),
        ("a_plan_file_that_is_none", damaged_plan),
    ];
    tests
        .into_iter()
        .map(|(name, test)| {
            Trial::test(format!("cli::{name}"), move || {
                test();
                Ok(())
            })
        })
        .collect()
}

fn applied() -> Project {
    let project = Project::of(ONE);
    project.succeeds(&["apply", "-auto-approve"]);
    project
}

fn exit_codes() {
    let project = Project::of(ONE);
    project.succeeds(&["init"]);
    project.succeeds(&["validate"]);
    project.succeeds(&["plan"]);
    project.succeeds(&["apply", "-auto-approve"]);
    project.succeeds(&["destroy", "-auto-approve"]);
    project.write("main.tf", "nonsense {}");
    for command in [
        &["validate"][..],
        &["plan"],
        &["apply", "-auto-approve"],
        &["destroy", "-auto-approve"],
        &["output"],
        &["state", "list"],
    ] {
        let ran = project.run(command);
        assert_eq!(ran.code, 1, "{command:?}\n{ran}");
        assert!(ran.stderr.contains("error["), "{command:?}\n{ran}");
    }
}

fn wrong_usage() {
    let project = Project::of(ONE);
    for arguments in [
        &["plna"][..],
        &["plan", "-nonsense"],
        &["plan", "surplus"],
        &["plan", "-parallelism=many"],
        &["state"],
        &["state", "show"],
        &["plan", "-lock-timeout=soon"],
        &["-chdir=nowhere", "plan"],
    ] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}\n{ran}");
        assert!(
            !ran.stderr.is_empty() && ran.stdout.is_empty(),
            "{arguments:?}\n{ran}"
        );
        assert!(
            !ran.stderr.contains("--"),
            "flags are shown with one dash\n{ran}"
        );
    }
    assert!(!project.file("terraform.tfstate").exists());
}

fn detailed_exit_code() {
    let project = Project::of(ONE);
    let plan = ["plan", "-detailed-exitcode"];
    assert_eq!(project.run(&plan).code, 2);
    project.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(project.run(&plan).code, 0);
    assert_eq!(
        project
            .run(&["plan", "-destroy", "-detailed-exitcode"])
            .code,
        2
    );
    project.write("main.tf", &ONE.replace("[1, \"two\"]", "[3]"));
    assert_eq!(project.run(&plan).code, 2, "outputs alone are changes");
    project.write("main.tf", "output \"a\" {");
    assert_eq!(project.run(&plan).code, 1);
}

fn one_dash_and_two() {
    let project = Project::of("variable \"v\" {}\noutput \"v\" {\n  value = var.v\n}\n");
    for (arguments, expected) in [
        (&["apply", "-auto-approve", "-var", "v=a"][..], "a"),
        (&["apply", "--auto-approve", "--var", "v=b"], "b"),
        (&["apply", "-auto-approve", "-var=v=c"], "c"),
        (&["apply", "--auto-approve=true", "--var=v=d"], "d"),
        (
            &[
                "apply",
                "-auto-approve",
                "-input=false",
                "-lock=false",
                "-var",
                "v=-e",
            ],
            "-e",
        ),
    ] {
        project.succeeds(arguments);
        assert_eq!(
            project.succeeds(&["output", "-raw", "v"]).stdout,
            expected,
            "{arguments:?}"
        );
    }
}

fn chdir() {
    let project = Project::new();
    project.write("inner/main.tf", ONE);
    project.succeeds(&["-chdir=inner", "apply", "-auto-approve"]);
    assert!(project.file("inner/terraform.tfstate").exists());
    project.succeeds(&["--chdir", "inner", "state", "list"]);
}

fn help() {
    let project = Project::new();
    let help = project.succeeds(&["-help"]).stdout;
    for command in [
        "init", "validate", "plan", "apply", "destroy", "output", "state", "version", "show",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command}\n{help}"
        );
    }
    let help = project.succeeds(&["plan", "-help"]).stdout;
    for flag in [
        "-out",
        "-var-file",
        "-detailed-exitcode",
        "-destroy",
        "-parallelism",
    ] {
        assert!(help.contains(flag), "{flag}\n{help}");
    }
    assert!(
        !help.contains("--"),
        "flags are shown with one dash\n{help}"
    );
}

fn no_color() {
    let escape = '\u{1b}';
    let mut project = Project::of("nonsense {}");
    project.set("CLICOLOR_FORCE", "1");
    for arguments in [&["validate", "-no-color"][..], &["plan", "-no-color"]] {
        let ran = project.run(arguments);
        assert!(
            !ran.stderr.contains(escape) && !ran.stdout.contains(escape),
            "{ran}"
        );
    }
    project.set("NO_COLOR", "1");
    let ran = project.run(&["validate"]);
    assert!(
        !ran.stderr.contains(escape) && !ran.stdout.contains(escape),
        "{ran}"
    );
}

fn streams() {
    let project = Project::of("nonsense {}");
    let ran = project.run(&["plan"]);
    assert_eq!(ran.stdout, "", "problems are talk\n{ran}");
    let project = applied();
    let ran = project.succeeds(&["output", "-raw", "text"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("x", ""));
}

fn outputs() {
    let project = applied();
    let all = project.succeeds(&["output"]).stdout;
    assert!(all.contains("text = \"x\""), "{all}");
    assert!(
        !all.contains("hush"),
        "sensitive values are not shown\n{all}"
    );
    assert_eq!(project.succeeds(&["output", "text"]).stdout.trim(), "\"x\"");
    let ran = project.run(&["output", "txet"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("Did you mean `text`?"), "{ran}");
}

fn outputs_as_json() {
    let project = applied();
    let all: Json = serde_json::from_str(&project.succeeds(&["output", "-json"]).stdout).unwrap();
    assert_eq!(
        all,
        json!({
            "list": {"sensitive": false, "type": ["tuple", ["number", "string"]], "value": [1, "two"]},
            "secret": {"sensitive": true, "type": "string", "value": "hush"},
            "text": {"sensitive": false, "type": "string", "value": "x"},
        })
    );
    let one = project.succeeds(&["output", "-json", "list"]).stdout;
    assert_eq!(
        serde_json::from_str::<Json>(&one).unwrap(),
        json!([1, "two"])
    );
}

fn raw_outputs() {
    let project = applied();
    assert_eq!(
        project.succeeds(&["output", "-raw", "secret"]).stdout,
        "hush"
    );
    for arguments in [&["output", "-raw"][..], &["output", "-raw", "list"]] {
        let ran = project.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran}");
    }
}

fn version() {
    let project = Project::new();
    let version = env!("CARGO_PKG_VERSION");
    let text = project.succeeds(&["version"]).stdout;
    assert!(text.contains(version), "{text}");
    let json: Json = serde_json::from_str(&project.succeeds(&["version", "-json"]).stdout).unwrap();
    assert_eq!(json["trustform_version"], version);
    assert_eq!(json["terraform_version"], "1.11.4");
}

fn state_list() {
    let project = Project::of(
        "resource \"terraform_data\" \"a\" {\n  count = 2\n}\nresource \"terraform_data\" \"b\" {\n  for_each = toset([\"k\"])\n}\n",
    );
    let ran = project.run(&["state", "list"]);
    assert_eq!(ran.code, 1, "there is no state yet\n{ran}");
    project.succeeds(&["apply", "-auto-approve"]);
    let list = |arguments: &[&str]| {
        let all: Vec<&str> = ["state", "list"].iter().chain(arguments).copied().collect();
        project.succeeds(&all).stdout
    };
    assert_eq!(
        list(&[]),
        "terraform_data.a[0]\nterraform_data.a[1]\nterraform_data.b[\"k\"]\n"
    );
    assert_eq!(
        list(&["terraform_data.a"]),
        "terraform_data.a[0]\nterraform_data.a[1]\n"
    );
    assert_eq!(
        list(&["terraform_data.b[\"k\"]"]),
        "terraform_data.b[\"k\"]\n"
    );
    let missing = project.run(&["state", "list", "terraform_data.c"]);
    assert_eq!(missing.code, 1, "{missing}");
}

fn state_show() {
    let project = applied();
    let shown = project
        .succeeds(&["state", "show", "terraform_data.a"])
        .stdout;
    assert!(
        shown.contains("terraform_data.a") && shown.contains("\"x\""),
        "{shown}"
    );
    for address in ["terraform_data.b", "no address"] {
        let ran = project.run(&["state", "show", address]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran}");
    }
}

fn validate_as_json() {
    let project = Project::of(ONE);
    let validate = |project: &Project| -> (i32, Json) {
        let ran = project.run(&["validate", "-json"]);
        (ran.code, serde_json::from_str(&ran.stdout).unwrap())
    };
    let (code, json) = validate(&project);
    assert_eq!(
        (code, &json["valid"], &json["error_count"]),
        (0, &json!(true), &json!(0))
    );
    project.write("main.tf", "output \"a\" {\n  value = var.b\n}\n");
    let (code, json) = validate(&project);
    assert_eq!(
        (code, &json["valid"], &json["error_count"]),
        (1, &json!(false), &json!(1))
    );
    let problem = &json["diagnostics"][0];
    assert_eq!(problem["summary"], "Reference to undeclared input variable");
    assert_eq!(problem["range"]["filename"], "main.tf");
    assert_eq!(
        problem["range"]["start"],
        json!({"line": 2, "column": 11, "byte": 23})
    );
}

/// Whatever the variables are; what an object turns out to be is not foreseen.
fn validate_foresees() {
    let project = Project::of(
        r#"
variable "many" { type = list(string) }
variable "secret" {
  type      = string
  sensitive = true
}
locals {
  later   = local.earlier + 1
  earlier = var.many
}
resource "random_pet" "a" {
  keepers = { a = "x${null}" }
}
output "within" { value = try(random_pet.a.id.nonsense, "") }
output "shown" { value = var.secret }
output "fine" { value = upper(random_pet.a) }
"#,
    );
    let ran = project.run(&["validate", "-json"]);
    let told: Json = serde_json::from_str(&ran.stdout).unwrap();
    let diagnostics = told["diagnostics"].as_array().unwrap().iter();
    let mut told: Vec<_> = diagnostics
        .map(|one| {
            (
                one["range"]["start"]["line"].as_u64(),
                one["summary"].as_str(),
            )
        })
        .collect();
    told.sort_unstable();
    let expected = [
        (8, "Invalid operand"),
        (12, "Invalid template interpolation value"),
        (14, "Unsupported attribute"),
        (15, "Output refers to sensitive values"),
    ];
    let expected = expected.map(|(line, summary)| (Some(line), Some(summary)));
    assert_eq!(told, expected);
}

fn validate_takes_a_long_chain() {
    let mut text = "locals {\n  v0 = 1\n".to_owned();
    for number in 1..20_000 {
        let before = number - 1;
        let _ = writeln!(text, "  v{number} = local.v{before}");
    }
    Project::of(&format!("{text}}}\n")).succeeds(&["validate"]);
}

fn nothing_is_configured() {
    let project = Project::new();
    for arguments in [&["plan"][..], &["providers"], &["apply", "-auto-approve"]] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 1, "{ran}");
        assert!(ran.stderr.contains("No configuration files"), "{ran}");
    }
    assert_eq!(project.run(&["validate"]).code, 0);
}

/// Whoever has deleted the files can still have everything destroyed.
fn what_was_configured_once_is_destroyed() {
    let project = Project::of(ONE);
    assert_eq!(project.run(&["apply", "-auto-approve"]).code, 0);
    std::fs::remove_file(project.file("main.tf")).unwrap();
    assert_eq!(project.run(&["apply", "-auto-approve"]).code, 1);
    let ran = project.run(&["destroy", "-auto-approve"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("1 destroyed"), "{ran}");
}

/// Without a terminal nobody can say yes, so nothing is done.
fn approval_is_needed() {
    let project = Project::of(ONE);
    for arguments in [&["apply"][..], &["apply", "-input=false"]] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}\n{ran}");
        assert!(!project.file("terraform.tfstate").exists(), "{ran}");
    }
}

/// An assertion is judged while planning and once more by what is there afterwards.
fn what_does_not_hold_is_told_once() {
    let check = "\ncheck \"c\" {\n  assert {\n    condition = terraform_data.a.id == \"\"\n    error_message = \"It is not empty.\"\n  }\n  \
                 assert {\n    condition = terraform_data.a.input == \"y\"\n    error_message = \"It is not y.\"\n  }\n}\n";
    let project = Project::of(&format!("{ONE}{check}"));
    let once = |arguments: &[&str]| {
        let ran = project.succeeds(arguments);
        for told in ["It is not y.", "It is not empty."] {
            assert_eq!(ran.stderr.matches(told).count(), 1, "{told}\n{ran}");
        }
    };
    once(&["apply", "-auto-approve"]);
    once(&["apply", "-auto-approve"]);
    project.succeeds(&["destroy", "-auto-approve"]);
    project.succeeds(&["plan", "-out=p"]);
    once(&["apply", "p"]);
}

fn saved_plan() {
    let project = Project::of(ONE);
    project.succeeds(&["plan", "-out=p"]);
    assert!(
        !project.file("terraform.tfstate").exists(),
        "planning writes no state"
    );
    project.write("main.tf", "output \"other\" {\n  value = 1\n}\n");
    project.succeeds(&["apply", "p"]);
    let list = project.succeeds(&["state", "list"]).stdout;
    assert_eq!(
        list, "terraform_data.a\n",
        "the plan holds its configuration"
    );
    let ran = project.run(&["apply", "p"]);
    assert_eq!(ran.code, 1, "what it would make is there already\n{ran}");
    assert!(ran.stderr.contains("stale"), "{ran}");
    assert!(
        ran.stderr.contains("There was no state when"),
        "a lineage that nobody has seen says nothing\n{ran}"
    );
}

fn damaged_plan() {
    let project = Project::of(ONE);
    project.write("p", "{}");
    for arguments in [&["apply", "p"][..], &["show", "p"], &["apply", "missing"]] {
        let ran = project.run(arguments);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (1, ""),
            "{arguments:?}\n{ran}"
        );
    }
}
