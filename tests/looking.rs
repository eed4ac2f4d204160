//! Commands that look: `console`, `graph`, `providers`, `metadata`, `completion`; and arguments of the environment.

use std::io::Write as _;
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::Value as Json;
use trustform_test_support::terraform::{Terraform, terraform};

use crate::common::project::{Project, Ran, ran};
use crate::common::{repository, with_program, without};

/// The trials.
pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 10] = [
        ("console", console),
        ("blocks_for_imports", blocks_for_imports),
        ("console_of_a_plan", console_of_a_plan),
        ("variables_without_values", variables_without_values),
        ("console_of_nouns", console_of_nouns),
        ("graph_of_a_plan", graph_of_a_plan),
        ("graph_for_mermaid", graph_for_mermaid),
        ("provider_schemas", provider_schemas),
        ("arguments_of_the_environment", arguments_of_the_environment),
        ("what_is_refused_says_why", refused),
    ];
    let mut trials: Vec<Trial> = tests
        .into_iter()
        .map(|(name, test)| {
            Trial::test(format!("looking::{name}"), move || {
                test();
                Ok(())
            })
        })
        .collect();
    trials.push(with_program(
        "looking::completion_in_bash",
        "bash",
        completion_in_bash,
    ));
    trials.push(Trial::ignorable_test(
        "looking::terraform",
        || match terraform() {
            Ok(terraform) => {
                compare(terraform)?;
                Ok(Completion::Completed)
            }
            Err(missing) => without(&missing),
        },
    ));
    trials
}

fn applied() -> Project {
    let project = Project::new();
    project.copy(
        &repository().join("tests/cases/target_an_update/before"),
        |_| false,
    );
    project.succeeds(&["apply", "-auto-approve"]);
    project
}

fn fed(mut command: Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = child.stdin.take().expect("its input");
    // A program that stopped reading says why in what it prints.
    let _closed = stdin.write_all(input.as_bytes());
    drop(stdin);
    ran(child.wait_with_output())
}

/// Expressions that both print alike, or both refuse.
const EXPRESSIONS: &[&str] = &[
    "1 + 1",
    "terraform_data.a",
    "terraform_data.a.output",
    "terraform_data.c[*].input",
    "module.m",
    "[for x in [\"b\", \"a\"] : upper(x)]",
    "{ a = sensitive(1), b = null }",
    "sensitive(\"x\")",
    "toset([\"b\", \"a\"])",
    "\"two\\nlines\"",
    "terraform.workspace",
    "type({ a = [1, \"x\"], b = null })",
    "type(terraform_data.a)",
    "type(tomap({ a = [1] }))",
    "[type(1)]",
    "[var.ephemeral, length(var.ephemeral)]",
    "ephemeralasnull(var.ephemeral)",
    "terraform_data.missing",
    "var.missing",
    "terraform_data.a.missing",
    "local",
    "1 +",
    "x = 1",
    "nothing(1)",
    "exit",
];

fn compare(terraform: &Terraform) -> Result<(), Failed> {
    let project = applied();
    project.write(
        "ephemeral.tf",
        "variable \"ephemeral\" {\n  ephemeral = true\n  default   = \"x\"\n}\n",
    );
    let initialised = ran(terraform.command(project.path()).arg("init").output());
    assert_eq!(initialised.code, 0, "{initialised}");
    for expression in EXPRESSIONS {
        let input = format!("{expression}\n");
        let our = fed(project.command(&["console"]), &input);
        let mut command = terraform.command(project.path());
        command.arg("console");
        let their = fed(command, &input);
        if our.code != their.code || (our.code == 0 && our.stdout != their.stdout) {
            return Err(Failed::from(format!(
                "{expression}\n{our}\nTerraform: {their}"
            )));
        }
    }
    compare_unset(terraform)?;
    compare_wrong(terraform)?;
    let our = project.succeeds(&["graph"]);
    let their = ran(terraform.command(project.path()).arg("graph").output());
    assert_eq!(our.stdout.trim_end(), their.stdout.trim_end());
    let our = project.succeeds(&["providers"]);
    let their = ran(terraform.command(project.path()).arg("providers").output());
    assert_eq!(our.stdout.trim_end(), their.stdout.trim_end());
    let signatures = |text: &str| -> Json { serde_json::from_str(text).expect("JSON") };
    let our = signatures(&project.succeeds(&["metadata", "functions", "-json"]).stdout);
    let mut command = terraform.command(project.path());
    let their = ran(command.args(["metadata", "functions", "-json"]).output());
    let their = signatures(&their.stdout);
    for (name, signature) in our["function_signatures"].as_object().expect("functions") {
        let theirs = &their["function_signatures"][name];
        let names = |signature: &Json| {
            let all = signature["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            all.iter()
                .map(|one| one["type"].to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(signature).len(), names(theirs).len(), "{name}");
    }
    Ok(())
}

const UNSET: &str = r#"
variable "text" {
  type = string
  validation {
    condition     = length(var.text) > 3
    error_message = "Too short."
  }
}
variable "secret" {
  type      = map(object({ a = string, b = optional(number, 3) }))
  sensitive = true
}
variable "list" {
  type     = list(string)
  nullable = false
}
variable "any" {}
variable "ephemeral" { ephemeral = true }
resource "terraform_data" "counted" { count = length(var.text) }
resource "terraform_data" "each" { for_each = var.secret }
resource "terraform_data" "one" { input = var.text }
output "text" { value = var.text }
"#;

/// Over variables that have no value.
const OVER_UNSET: &[&str] = &[
    "var.text",
    "upper(\"${var.text}-1\")",
    "[var.text, var.secret]",
    "type(var.secret)",
    "var.secret[\"a\"].b",
    "nonsensitive(var.secret)",
    "length(var.list)",
    "var.list == null",
    "type(var.any)",
    "var.any.a.b",
    "{ a = var.ephemeral }",
    "terraform_data.counted",
    "terraform_data.counted[0].id",
    "length(terraform_data.counted)",
    "type(terraform_data.each)",
    "terraform_data.each[\"x\"].id",
    "terraform_data.one",
    "sensitive(var.text)",
    "var.text + [1]",
];

/// A required variable without a value is unknown in the console, and no matter to `graph`.
fn compare_unset(terraform: &Terraform) -> Result<(), Failed> {
    let project = Project::of(UNSET);
    let initialised = ran(terraform.command(project.path()).arg("init").output());
    assert_eq!(initialised.code, 0, "{initialised}");
    for expression in OVER_UNSET {
        let input = format!("{expression}\n");
        let our = fed(project.command(&["console"]), &input);
        let mut command = terraform.command(project.path());
        command.arg("console");
        let their = fed(command, &input);
        if our.code != their.code || our.stdout != their.stdout {
            return Err(Failed::from(format!(
                "{expression}\n{our}\nTerraform: {their}"
            )));
        }
    }
    let our = project.succeeds(&["graph"]);
    let their = ran(terraform.command(project.path()).arg("graph").output());
    assert_eq!(our.stdout.trim_end(), their.stdout.trim_end());
    Ok(())
}

const WRONG: &str = r#"
locals {
  wrong = upper([])
  twice = { for name in ["a", "a"] : name => name }
  empty = []
}
variable "v" {
  default = 1
  validation {
    condition     = var.v > 4
    error_message = "Too small."
  }
}
resource "terraform_data" "less_than_none" { count = -1 }
resource "terraform_data" "two" { count = 2 }
resource "terraform_data" "list" { for_each = local.empty }
resource "terraform_data" "wrong" { count = local.wrong }
resource "terraform_data" "twice" { for_each = local.twice }
module "wrong" {
  source = "./m"
  count = local.wrong
}
output "wrong" { value = upper(1, 2) }
"#;

/// What is wrong with a configuration ends no console, and what nobody can tell is unknown.
fn compare_wrong(terraform: &Terraform) -> Result<(), Failed> {
    let project = Project::of(WRONG);
    project.write("m/main.tf", "");
    let modules = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"wrong","Source":"./m","Dir":"m"}]}"#;
    project.write(".terraform/modules/modules.json", modules);
    let wrong = [
        "Invalid function argument",
        "Duplicate object key",
        "Too many function arguments",
        "Invalid value for variable",
    ];
    let expressions = [
        "1 + 1",
        "local.wrong",
        "terraform_data.less_than_none",
        "terraform_data.two[5].id",
        "terraform_data.list",
        "[terraform_data.two]",
        "terraform_data.wrong",
    ];
    for expression in expressions {
        let input = format!("{expression}\n");
        let our = fed(project.command(&["console"]), &input);
        let mut command = terraform.command(project.path());
        command.arg("console");
        let their = fed(command, &input);
        for said in [&our, &their] {
            let told = wrong.iter().all(|summary| said.stderr.contains(summary));
            if said.code != 0 || !told || !their.stdout.ends_with(&our.stdout) {
                return Err(format!("{expression}\n{our}\nTerraform: {their}").into());
            }
        }
        assert!(!our.stdout.is_empty(), "{our}");
        assert!(!our.stderr.contains("less_than_none"), "{our}");
        assert!(!our.stderr.contains("Invalid count argument"), "{our}");
    }
    Ok(())
}

fn console() {
    let project = applied();
    let said = fed(
        project.command(&["console"]),
        "type(\"x\")\n# a comment\n[\n  1,\n  length(\"]\"),\n]\n",
    );
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "[\n  1,\n  1,\n]\n"),
        "{said}"
    );
    for (input, expected) in [
        ("1\nexit\nnonsense\n", ""),
        ("upper(<<EOT\n(\nEOT\n)\n", "<<EOT\n(\n\nEOT\n"),
        ("1 /* [\n*/ + 1\n", "2\n"),
    ] {
        let said = fed(project.command(&["console"]), input);
        assert_eq!((said.code, said.stdout.as_str()), (0, expected), "{said}");
    }
    let said = fed(project.command(&["console"]), "1\nnonsense\n2\n");
    assert_eq!((said.code, said.stdout.as_str()), (1, ""), "{said}");
    assert!(said.stderr.contains("<console-input>:1:1"), "{said}");
    project.write("note.txt", "read");
    project.write("v.tf", "variable \"v\" {\n  default = 1\n}\n");
    let said = fed(
        project.command(&["console", "-var=v=7"]),
        "[var.v, file(\"note.txt\")]\n",
    );
    assert_eq!(said.stdout, "[\n  \"7\",\n  \"read\",\n]\n", "{said}");
}

fn variables_without_values() {
    let project = Project::of(
        "variable \"v\" { type = string }\nresource \"terraform_data\" \"a\" {\n  input = var.v\n}\n",
    );
    for arguments in [&["console"][..], &["console", "-plan"]] {
        let said = fed(
            project.command(arguments),
            "[\"${var.v}!\", terraform_data.a.input]\n",
        );
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (0, "[\n  (known after apply),\n  (known after apply),\n]\n"),
            "{said}"
        );
    }
    for arguments in [
        &["graph"][..],
        &["graph", "-type=plan"],
        &["graph", "-mermaid"],
    ] {
        let drawn = project.succeeds(arguments).stdout;
        assert!(drawn.contains("terraform_data.a"), "{drawn}");
    }
}

fn console_of_a_plan() {
    let project = Project::of("resource \"terraform_data\" \"a\" {\n  input = \"planned\"\n}\n");
    let input = "[terraform_data.a.input, terraform_data.a.id]\n";
    let said = fed(project.command(&["console", "-plan"]), input);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "[\n  \"planned\",\n  (known after apply),\n]\n"),
        "{said}"
    );
}

const IMPORTS: &str = r#"
import {
  to = terraform_data.b
  id = "other"
}
import {
  to = terraform_data.a
  id = "the-id"
}
"#;

fn blocks_for_imports() {
    let project = Project::of(IMPORTS);
    let made = project.succeeds(&["plan", "-generate-config-out=made.tf"]);
    assert!(made.stdout.contains("2 to import, 0 to add"), "{made}");
    let blocks = std::fs::read_to_string(project.file("made.tf")).expect("the blocks");
    assert_eq!(
        blocks,
        "# Made by trustform for objects that are imported. Look it through, and move the blocks to where they belong.\n\n\
         # Imported by the id the-id\nresource \"terraform_data\" \"a\" {\n  input            = null\n  triggers_replace = null\n}\n\n\
         # Imported by the id other\nresource \"terraform_data\" \"b\" {\n  input            = null\n  triggers_replace = null\n}\n"
    );
    project.succeeds(&["fmt", "-check"]);
    project.succeeds(&["apply", "-auto-approve"]);
    for refused in [
        "-generate-config-out=made.tf",
        "-generate-config-out=other.tf.json",
    ] {
        let ran = project.run(&["plan", refused]);
        assert!(
            ran.code == 1 && ran.stderr.contains("error[usage]"),
            "{ran}"
        );
    }
    let ran = project.run(&["plan", "-destroy", "-generate-config-out=other.tf"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("error[usage]"),
        "{ran}"
    );
    let whole = project.run(&["plan", "-generate-config-out=other.tf"]);
    assert!(
        whole.code == 0 && !project.file("other.tf").exists(),
        "{whole}"
    );
}

fn console_of_nouns() {
    let project = Project::new();
    project.copy(&repository().join("examples/new-cluster"), |_| false);
    let applied = project.run(&["-sandbox", "apply", "-auto-approve"]);
    assert_eq!(applied.code, 0, "{applied}");
    let said = fed(
        project.command(&["-sandbox", "console"]),
        "[role.reader.arn, cluster.main.name]\n",
    );
    assert_eq!(
        said.stdout, "[\n  \"arn:aws:iam::123456789012:role/reports-reader\",\n  \"reports\",\n]\n",
        "{said}"
    );
    let said = fed(
        project.command(&["-sandbox", "console"]),
        "role.nobody.arn\n",
    );
    assert!(said.code == 1 && said.stderr.contains("nobody"), "{said}");
}

fn graph_of_a_plan() {
    let project = applied();
    project.succeeds(&["plan", "-replace=terraform_data.a", "-out=p"]);
    for arguments in [
        &["graph", "-plan=p"][..],
        &["graph", "-plan=p", "-type=apply"],
    ] {
        let drawn = project.succeeds(arguments).stdout;
        for operation in ["terraform_data.a (destroy)", "terraform_data.a (create)"] {
            assert!(drawn.contains(operation), "{drawn}");
        }
    }
    for kind in ["plan", "plan-refresh-only", "plan-destroy", "apply"] {
        let drawn = project
            .succeeds(&["graph", &format!("-type={kind}")])
            .stdout;
        assert!(drawn.contains("terraform_data.b (expand)"), "{drawn}");
    }
    for refused in ["-type=eval", "-plan=nothing", "extra"] {
        assert_eq!(project.run(&["graph", refused]).code, 1, "{refused}");
    }
    project.succeeds(&["graph", "-draw-cycles", "-module-depth=1", "-verbose"]);
}

/// A noun is one node, a module a frame, and an arrow is drawn once.
fn graph_for_mermaid() {
    let project = Project::of(
        r#"
provider "aws" { region = "eu-west-1" }
cluster "main" {
  name     = "main"
  existing = true
}
oidc_provider "main" { cluster = cluster.main }
role "reader" {}
service_account "reader" {
  cluster   = cluster.main
  namespace = "default"
  role      = role.reader
}
module "m" {
  source = "./m"
  text   = role.reader.arn
}
data "aws_region" "here" {}
resource "terraform_data" "last" {
  input = [module.m.text, data.aws_region.here.id]
}
"#,
    );
    project.write(
        "m/main.tf",
        "variable \"text\" {}\nresource \"terraform_data\" \"a\" {\n  input = var.text\n}\n\
         output \"text\" {\n  value = terraform_data.a.output\n}\n",
    );
    project.succeeds(&["init"]);
    let drawn = project.succeeds(&["graph", "-mermaid"]).stdout;
    assert_eq!(drawn.trim_end(), MERMAID, "{drawn}");
    assert_eq!(project.run(&["graph", "-mermaid", "-type=plan"]).code, 1);
}

const MERMAID: &str = r#"flowchart RL
  n1(["data.aws_region.here"])
  n2["terraform_data.last"]
  n3[["cluster.main"]]
  subgraph m3 ["module.m"]
    n4["terraform_data.a"]
  end
  n5[["oidc_provider.main"]]
  n6[["role.reader"]]
  n7[["service_account.reader"]]
  n2 --> n1
  n2 --> n4
  n4 --> n6
  n5 --> n3
  n6 --> n5
  n7 --> n6
  n7 --> n3"#;

fn provider_schemas() {
    let printed = Project::new()
        .succeeds(&["providers", "schema", "-json"])
        .stdout;
    let schemas: Json = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(schemas["format_version"], "1.0");
    let aws = &schemas["provider_schemas"]["registry.terraform.io/hashicorp/aws"];
    let role = &aws["resource_schemas"]["aws_iam_role"]["block"];
    assert_eq!(role["attributes"]["assume_role_policy"]["required"], true);
    assert_eq!(
        role["attributes"]["tags"]["type"],
        serde_json::json!(["map", "string"])
    );
    let cluster = &aws["resource_schemas"]["aws_eks_cluster"]["block"]["block_types"];
    assert_eq!(cluster["vpc_config"]["nesting_mode"], "list");
    assert_eq!(cluster["vpc_config"]["max_items"], 1);
    assert!(aws["provider"]["block"]["attributes"]["region"]["optional"] == true);
}

fn completion_in_bash() {
    let project = Project::new();
    let script = project.succeeds(&["completion", "bash"]).stdout;
    for shell in ["zsh", "fish"] {
        assert!(
            project
                .succeeds(&["completion", shell])
                .stdout
                .contains("trustform")
        );
    }
    let program = env!("CARGO_BIN_EXE_trustform");
    for (line, expected) in [
        ("pla", "plan"),
        ("state ", "list mv pull push replace-provider rm show"),
        ("plan -refresh-", "-refresh-only"),
        ("apply -auto", "-auto-approve"),
        ("plan -tar", "-target="),
        ("plan -lock=f", "false"),
        ("completion f", "fish"),
    ] {
        let script = format!(
            "{script}\nCOMP_LINE='{program} {line}'\nCOMP_POINT=${{#COMP_LINE}}\n_trustform 2>/dev/null\necho \"${{COMPREPLY[*]}}\"\n"
        );
        let mut bash = Command::new("bash");
        bash.arg("--norc").current_dir(project.path());
        let completed = fed(bash, &script);
        assert_eq!(completed.stdout.trim_end(), expected, "{line}: {completed}");
    }
}

fn arguments_of_the_environment() {
    let mut project = Project::of("variable \"v\" {}\noutput \"v\" {\n  value = var.v\n}\n");
    project.set(
        "TF_CLI_ARGS_apply",
        "-auto-approve -var 'v=from the environment'",
    );
    project.succeeds(&["apply"]);
    assert_eq!(
        project.succeeds(&["output", "-raw", "v"]).stdout,
        "from the environment"
    );
    project.set("TF_CLI_ARGS", "-no-color");
    project.succeeds(&["apply", "-var=v=typed"]);
    assert_eq!(project.succeeds(&["output", "-raw", "v"]).stdout, "typed");
    project.set("TF_CLI_ARGS", "-nonsense");
    assert_eq!(project.run(&["output"]).code, 1);
}

fn refused() {
    let project = Project::of("resource \"terraform_data\" \"a\" {}\n");
    for arguments in [
        &["plan", "-exclude-file=x"][..],
        &["plan", "-target-file=x"],
        &["providers", "lock", "-platform=linux_amd64"],
        &["providers", "mirror", "x"],
        &["login"],
        &["logout", "example.com"],
        &["test", "-json"],
        &["cloud"],
        &["stacks", "-nonsense"],
        &["env", "list"],
        &["push"],
    ] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}\n{ran}");
        assert!(
            ran.stderr.contains("not-supported-yet") && ran.stderr.contains("hint"),
            "{arguments:?}\n{ran}"
        );
    }
    for (word, meant) in [("plann", "plan"), ("aply", "apply"), ("stat", "state")] {
        let ran = project.run(&[word]);
        let meant = format!("Did you mean `{meant}`?");
        assert!(ran.code == 1 && ran.stderr.contains(&meant), "{ran}");
    }
    project.succeeds(&["plan", "-out=p"]);
    for arguments in [
        &["apply", "-target=terraform_data.a", "p"][..],
        &["apply", "-destroy", "p"],
        &["destroy", "p"],
        &["destroy", "-refresh-only"],
        &["destroy", "-destroy"],
    ] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}\n{ran}");
        assert!(ran.stderr.contains("error[usage]"), "{arguments:?}\n{ran}");
    }
    assert!(!project.file("terraform.tfstate").exists());
}
