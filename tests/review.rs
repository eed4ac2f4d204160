//! `show -json` of plans and states, member by member against the real Terraform's.

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::Value as Json;
use trustform_test_support::terraform::{Terraform, terraform};

use crate::common::documents::{comparable_plan, compare};
use crate::common::project::{Project, ran};
use crate::common::without;

/// Every sort of value and change that `terraform_data` can have; `FIRST` is applied before `SECOND` is planned.
pub const FIRST: &str = r#"
variable "secret" {
  default   = "hush"
  sensitive = true
}
resource "terraform_data" "values" {
  input = {
    b = true, n = 1.5, t = "text", z = null, e = [], f = {}
    l = tolist(["a", "b"]), m = tomap({ k = "v" }), s = toset(["p", "q"]), o = [{ a = 1 }]
  }
}
resource "terraform_data" "secret" {
  input = { open = "x", closed = var.secret }
}
resource "terraform_data" "replaced" {
  triggers_replace = ["one"]
}
resource "terraform_data" "gone" {
  input = "bye"
}
resource "terraform_data" "counted" {
  count = 2
  input = count.index
}
resource "terraform_data" "keyed" {
  for_each = toset(["a", "b c"])
  input    = each.key
}
module "child" {
  source   = "./child"
  for_each = { x = 1 }
}
output "text" {
  value = "a"
}
output "secret" {
  value     = var.secret
  sensitive = true
}
"#;
/// What comes of it.
pub const SECOND: &str = r#"
variable "secret" {
  default   = "hush again"
  sensitive = true
}
resource "terraform_data" "values" {
  input = {
    b = false, n = 2, t = "text", e = [1], f = {}
    l = tolist(["b"]), m = tomap({ k = "w", j = "v" }), s = toset(["q", "r"]), o = [{ a = 2 }]
  }
}
resource "terraform_data" "secret" {
  input = { open = "y", closed = var.secret }
}
resource "terraform_data" "replaced" {
  triggers_replace = ["two"]
}
resource "terraform_data" "counted" {
  count = 1
  input = count.index
}
resource "terraform_data" "keyed" {
  for_each = toset(["b c", "d"])
  input    = each.key
}
module "child" {
  source   = "./child"
  for_each = { x = 1, y = 2 }
}
output "text" {
  value = "a"
}
output "later" {
  value = { id = terraform_data.replaced.id, fixed = 1 }
}
output "secret" {
  value     = var.secret
  sensitive = true
}
"#;
/// The module `./child` of both.
pub const CHILD: &str = "resource \"terraform_data\" \"inner\" {\n  input = \"i\"\n}\n";

/// The trials.
pub fn trials() -> Vec<Trial> {
    let trial = |name: &str, test: fn(&Terraform) -> Result<(), Failed>| {
        Trial::ignorable_test(
            format!("review::{name}::terraform"),
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
        trial("first_plan", |terraform| {
            same_plan(terraform, None, FIRST, &[])
        }),
        trial("changes", |terraform| {
            same_plan(terraform, Some(FIRST), SECOND, &[])
        }),
        trial("nothing", |terraform| {
            same_plan(terraform, Some(FIRST), FIRST, &[])
        }),
        trial("destroy", |terraform| {
            same_plan(terraform, Some(FIRST), FIRST, &["-destroy"])
        }),
        trial("state", same_state),
    ]
}

/// Both tools plan from one state; what they print of it is the same.
fn same_plan(
    terraform: &Terraform,
    before: Option<&str>,
    now: &str,
    arguments: &[&str],
) -> Result<(), Failed> {
    let project = applied(terraform, before, now);
    let plan = [&["plan", "-out=theirs"], arguments].concat();
    run(terraform, &project, &plan);
    let theirs = run(terraform, &project, &["show", "-json", "theirs"]);
    project.succeeds(&["init"]);
    project.succeeds(&[&["plan", "-out=ours"], arguments].concat());
    let ours = project.succeeds(&["show", "-json", "ours"]).stdout;
    compare(
        &comparable_plan(serde_json::from_str(&theirs)?),
        &comparable_plan(serde_json::from_str(&ours)?),
    )
}

fn same_state(terraform: &Terraform) -> Result<(), Failed> {
    let project = applied(terraform, Some(FIRST), FIRST);
    let theirs: Json = serde_json::from_str(&run(terraform, &project, &["show", "-json"]))?;
    let ours: Json = serde_json::from_str(&project.succeeds(&["show", "-json"]).stdout)?;
    compare(&theirs, &ours)
}

/// A project in which Terraform has applied `before`, and `now` is what is written.
fn applied(terraform: &Terraform, before: Option<&str>, now: &str) -> Project {
    let project = Project::of(before.unwrap_or(now));
    project.write("child/main.tf", CHILD);
    run(terraform, &project, &["init"]);
    if before.is_some() {
        run(terraform, &project, &["apply", "-auto-approve"]);
    }
    project.write("main.tf", now);
    project
}

fn run(terraform: &Terraform, project: &Project, arguments: &[&str]) -> String {
    let ran = ran(terraform.command(project.path()).args(arguments).output());
    assert_eq!(ran.code, 0, "terraform {}\n{ran}", arguments.join(" "));
    ran.stdout
}
