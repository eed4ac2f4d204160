//! `-json` of commands that work, message by message against the real Terraform's.

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::{Value as Json, json};
use trustform_test_support::terraform::{Terraform, terraform};

use crate::common::documents;
use crate::common::project::{Project, ran};
use crate::common::without;
use crate::review::{CHILD, FIRST, SECOND};

/// The trials.
pub fn trials() -> Vec<Trial> {
    let trial = |name: &str, test: fn(&Terraform) -> Result<(), Failed>| {
        Trial::ignorable_test(
            format!("streams::{name}::terraform"),
            move || match terraform() {
                Ok(terraform) => {
                    test(terraform)?;
                    Ok(Completion::Completed)
                }
                Err(missing) => without(&missing),
            },
        )
    };
    vec![
        trial("a_life", a_life),
        trial("a_condition_that_does_not_hold", broken_condition),
        trial("mistakes", mistakes),
        Trial::test("streams::reads_are_told", || {
            reads_are_told();
            Ok(())
        }),
    ]
}

/// Both tools make, change and destroy the same things, and tell the same of it.
fn a_life(terraform: &Terraform) -> Result<(), Failed> {
    let (ours, theirs) = (Project::of(FIRST), Project::of(FIRST));
    for project in [&ours, &theirs] {
        project.write("child/main.tf", CHILD);
    }
    let steps: [(&str, &[&str]); 6] = [
        (FIRST, &["plan", "-json"]),
        (FIRST, &["apply", "-json", "-auto-approve"]),
        (FIRST, &["plan", "-json"]),
        (SECOND, &["plan", "-json"]),
        (SECOND, &["apply", "-json", "-auto-approve"]),
        (SECOND, &["destroy", "-json", "-auto-approve"]),
    ];
    told_by_terraform(terraform, &theirs, &["init"]);
    ours.succeeds(&["init"]);
    for (text, arguments) in steps {
        ours.write("main.tf", text);
        theirs.write("main.tf", text);
        let their_messages = messages(&told_by_terraform(terraform, &theirs, arguments));
        let our_messages = messages(&ours.succeeds(arguments).stdout);
        same(arguments, &their_messages, &our_messages)?;
    }
    Ok(())
}

/// A condition over a value of every sort.
const BROKEN: &str = r#"
variable "number" {
  default = 1.5
}
variable "text" {
  default = "x\ny"
}
variable "secret" {
  default   = "hush"
  sensitive = true
}
variable "list" {
  type    = list(string)
  default = ["a", "b"]
}
variable "map" {
  type    = map(number)
  default = {}
}
variable "object" {
  default = { a = 1, b = { c = null }, e = {} }
}
variable "tuple" {
  default = [true]
}
resource "terraform_data" "a" {
  for_each = toset(["k"])
  lifecycle {
    precondition {
      condition = alltrue([
        var.number > 2, var.text == "", var.secret == "", var.list == [], var.list[0] == "", var.map == 1,
        var.object == 1, var.object.b == 1, var.object.b.c == 1, var.object.e == 1, var.tuple == 1, var.tuple[0],
        each.key == "", path.module == "",
      ])
      error_message = "The number is ${var.number}."
    }
  }
}
"#;

fn broken_condition(terraform: &Terraform) -> Result<(), Failed> {
    let project = Project::of(BROKEN);
    let is_diagnostic = |message: &Json| message["type"] == json!("diagnostic");
    let theirs = messages(&told_by_terraform(terraform, &project, &["plan", "-json"]));
    let ours = messages(&project.run(&["plan", "-json"]).stdout);
    let only = |messages: Vec<Json>| -> Vec<Json> {
        messages
            .into_iter()
            .filter(is_diagnostic)
            .map(bare)
            .collect()
    };
    same(&["plan", "-json"], &only(theirs), &only(ours))
}

/// One mistake a configuration: the tools point at the same place.
const MISTAKES: [&str; 4] = [
    "resource \"terraform_data\" \"a\" {\n  inptu = 1\n}\n",
    "output \"a\" {\n  value = [\n    1,\n    terraform_data.none.id,\n  ]\n}\n",
    "# ü\noutput \"a\" {\n  value = \"ü${local.none}\"\n}\n",
    "resource \"terraform_data\" \"a\" {\n  input = var.none\n}\n",
];

fn mistakes(terraform: &Terraform) -> Result<(), Failed> {
    for text in MISTAKES {
        let project = Project::of(text);
        told_by_terraform(terraform, &project, &["init"]);
        let theirs: Json = serde_json::from_str(&told_by_terraform(
            terraform,
            &project,
            &["validate", "-json"],
        ))?;
        let ours: Json = serde_json::from_str(&project.run(&["validate", "-json"]).stdout)?;
        let pointed = |document: &Json| -> Vec<Json> {
            let all = document["diagnostics"].as_array().cloned();
            let part = |one: Json| json!({ "range": one["range"], "snippet": one["snippet"] });
            all.into_iter().flatten().map(part).collect()
        };
        for name in ["format_version", "valid", "error_count", "warning_count"] {
            documents::compare(&theirs[name], &ours[name])?;
        }
        same(&[text], &pointed(&theirs), &pointed(&ours))?;
    }
    Ok(())
}

/// What is read while planning is told, objects of the state and data sources; and in a stream nothing else is printed.
fn reads_are_told() {
    let text = "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n  assume_role_policy = jsonencode({\n    \
                Version = \"2012-10-17\"\n    Statement = [{ Effect = \"Deny\", Principal = \"*\", Action = \"sts:AssumeRole\" }]\n  })\n}\n\
                data \"aws_iam_role\" \"a\" {\n  name = \"a\"\n  depends_on = [aws_iam_role.a]\n}\n";
    let project = Project::of(text);
    project.succeeds(&["apply", "-sandbox", "-json", "-auto-approve"]);
    let stream = project.succeeds(&["plan", "-sandbox", "-json"]).stdout;
    let told: Vec<[Json; 3]> = stream
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).expect("a line is a message"))
        .map(|message| {
            let hook = &message["hook"];
            [
                message["type"].clone(),
                hook["resource"]["addr"].clone(),
                hook["id_value"].clone(),
            ]
        })
        .collect();
    for expected in [
        [json!("refresh_start"), json!("aws_iam_role.a"), json!("a")],
        [
            json!("refresh_complete"),
            json!("aws_iam_role.a"),
            json!("a"),
        ],
        [
            json!("apply_start"),
            json!("data.aws_iam_role.a"),
            Json::Null,
        ],
        [
            json!("apply_complete"),
            json!("data.aws_iam_role.a"),
            json!("a"),
        ],
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:#?}");
    }
}

fn told_by_terraform(terraform: &Terraform, project: &Project, arguments: &[&str]) -> String {
    ran(terraform.command(project.path()).args(arguments).output()).stdout
}

/// The messages of a stream, without the version and what is chance.
///
/// Terraform also tells of reading objects of types that are part of it, which are never read.
fn messages(stream: &str) -> Vec<Json> {
    let parse = |line: &str| serde_json::from_str::<Json>(line).expect("a line is a message");
    let all = stream.lines().map(parse);
    all.filter(|message| message["type"] != json!("version"))
        .filter(|message| {
            message["hook"]["resource"]["resource_type"] != json!("terraform_data")
                || !is_refresh(message)
        })
        .map(without_chance)
        .collect()
}

fn is_refresh(message: &Json) -> bool {
    let kind = message["type"].as_str().unwrap_or_default();
    kind.starts_with("refresh_")
}

fn without_chance(mut message: Json) -> Json {
    if let Some(members) = message.as_object_mut() {
        members.remove("@timestamp");
        if let Some(Json::Object(hook)) = members.get_mut("hook") {
            hook.remove("elapsed_seconds");
            hook.remove("id_value");
        }
        if let Some(Json::Object(outputs)) = members.get_mut("outputs") {
            let later = outputs.get_mut("later").and_then(Json::as_object_mut);
            later.map(|later| later.remove("value"));
        }
        let text = members["@message"].as_str().unwrap_or_default().to_owned();
        if let Some(at) = text.find(" after ").or_else(|| text.find(" [id=")) {
            members.insert("@message".into(), json!(text[..at]));
        }
    }
    message
}

/// A diagnostic without what only ours has.
fn bare(mut message: Json) -> Json {
    if let Some(Json::Object(members)) = message.get_mut("diagnostic") {
        members.remove("code");
        members.remove("address");
    }
    message
}

/// The same messages, in whatever order.
fn same(what: &[&str], theirs: &[Json], ours: &[Json]) -> Result<(), Failed> {
    let sorted = |messages: &[Json]| {
        let mut lines: Vec<String> = messages
            .iter()
            .map(|message| documents::sorted(message).to_string())
            .collect();
        lines.sort();
        lines.join("\n")
    };
    let (theirs, ours) = (sorted(theirs), sorted(ours));
    if theirs == ours {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&theirs, &ours);
    let diff = diff
        .unified_diff()
        .context_radius(0)
        .header("Terraform", "trustform")
        .to_string();
    Err(Failed::from(format!("{}\n{diff}", what.join(" "))))
}
