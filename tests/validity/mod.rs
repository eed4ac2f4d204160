//! What `validate` says of configurations whatever their variables are worth, beside Terraform, and that `plan` says it too.
//!
//! `cases.txt` holds small configurations: a line `== NAME`, the text of `main.tf`, perhaps `-- FILE` and the text of another
//! file, and `=>` with the errors that Terraform tells, a line each: file, line, column and summary. A case is a trial;
//! where `terraform` is on the PATH it is asked again, and `cargo cases validity -- --update` writes its answers.
//! A case with errors is planned as well, with null for every variable of the root module unless it has a file
//! `terraform.tfvars`: whatever it is worth then, the same errors and no others are told, and nothing is made.

use crate::common::project::{Project, Ran, ran};
use crate::common::{UPDATE, repository};
use crate::configurations::case::{Step, installed};
use libtest_mimic::{Failed, Trial};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use trustform_test_support::terraform::{Terraform, terraform};

/// A configuration with what is wrong with it.
#[derive(Clone, Default)]
struct Case {
    name: String,
    files: Vec<(String, String)>,
    errors: BTreeSet<String>,
}

impl Case {
    fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// The file in which a case has values of variables.
const VALUES: &str = "terraform.tfvars";

/// The plans of a case with errors: however little of it they look at, they tell all.
const PLANS: [&[&str]; 4] = [
    &["plan", "-json", "-input=false"],
    &["plan", "-json", "-input=false", "-destroy"],
    &["plan", "-json", "-input=false", "-refresh-only"],
    &[
        "plan",
        "-json",
        "-input=false",
        "-target=terraform_data.nothing",
    ],
];

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    let cases = cases();
    let mut trials = vec![Trial::ignorable_test(
        "validity::terraform",
        || match terraform() {
            Ok(terraform) => ask_again(terraform).map(|()| libtest_mimic::Completion::Completed),
            Err(missing) => crate::common::without(&missing),
        },
    )];
    trials.extend(cases.into_iter().map(|case| {
        let name = format!("validity::{}", case.name.replace(' ', "_"));
        Trial::test(name, move || {
            let project = project(&case);
            let ours = told(&project.run(&["validate", "-json"]).stdout)?;
            same(&case, "validate", &ours)?;
            case.is_wrong()
                .then_some(&PLANS)
                .into_iter()
                .flatten()
                .try_for_each(|plan| {
                    let ours = told_by_plan(&project.run(plan))?;
                    same(&case, &plan.join(" "), &ours)
                })
        })
    }));
    trials
}

fn file() -> std::path::PathBuf {
    repository().join("tests/validity/cases.txt")
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(file()).unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    let mut is_answer = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            is_answer = false;
            let files = vec![("main.tf".to_owned(), String::new())];
            let (name, errors) = (name.to_owned(), BTreeSet::new());
            cases.push(Case {
                name,
                files,
                errors,
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if line == "=>" {
            is_answer = true;
        } else if is_answer && !line.is_empty() {
            case.errors.insert(line.to_owned());
        } else if let Some(name) = line.strip_prefix("-- ") {
            case.files.push((name.to_owned(), String::new()));
        } else if let (false, Some((_, text))) = (is_answer, case.files.last_mut()) {
            text.push_str(line);
            text.push('\n');
        }
    }
    cases
}

/// A project with the files of a case, whose modules are recorded as installed, and values for `plan`.
fn project(case: &Case) -> Project {
    let project = Project::new();
    let files: BTreeMap<String, String> = case.files.iter().cloned().collect();
    for (name, text) in &files {
        project.write(name, text);
    }
    if !files.contains_key(VALUES) {
        let lines = files["main.tf"].lines();
        let declared = lines.filter_map(|line| line.strip_prefix("variable \"")?.split('"').next());
        let nothing: Json = declared.map(|name| (name.to_owned(), Json::Null)).collect();
        project.write("nothing.auto.tfvars.json", &nothing.to_string());
    }
    let step = Step {
        files,
        ..Step::default()
    };
    project.write(".terraform/modules/modules.json", &installed(&step));
    project
}

/// The errors of an answer of `validate -json`.
fn told(answer: &str) -> Result<BTreeSet<String>, Failed> {
    let answer: Json = serde_json::from_str(answer)?;
    let diagnostics = answer["diagnostics"].as_array().into_iter().flatten();
    let told = errors(diagnostics);
    if told.is_empty() != (answer["valid"] == true) {
        return Err(format!("{answer:#}").into());
    }
    Ok(told)
}

/// The errors that a plan tells in JSON, of which it dies.
fn told_by_plan(plan: &Ran) -> Result<BTreeSet<String>, Failed> {
    let lines = plan.stdout.lines().map(serde_json::from_str);
    let lines: Vec<Json> = lines.collect::<Result<_, _>>()?;
    if plan.code != 1 {
        return Err(format!("it is planned\n{plan}").into());
    }
    Ok(errors(lines.iter().map(|line| &line["diagnostic"])))
}

fn errors<'d>(diagnostics: impl Iterator<Item = &'d Json>) -> BTreeSet<String> {
    let errors = diagnostics.filter(|diagnostic| diagnostic["severity"] == "error");
    errors
        .map(|error| {
            let summary = error["summary"].as_str().unwrap_or_default();
            let start = &error["range"]["start"];
            match error["range"]["filename"].as_str() {
                // Terraform places an argument by its outermost form, as `tests/language/places.rs` tells.
                Some(file) if summary == "Invalid function argument" => {
                    format!("{file}:{} {summary}", start["line"])
                }
                Some(file) => format!("{file}:{}:{} {summary}", start["line"], start["column"]),
                None => summary.to_owned(),
            }
        })
        .collect()
}

/// Fails unless a command has told the errors of a case.
fn same(case: &Case, command: &str, errors: &BTreeSet<String>) -> Result<(), Failed> {
    let listed = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        let lines: Vec<&str> = one.difference(other).map(String::as_str).collect();
        lines.join("\n  ")
    };
    if case.errors == *errors {
        return Ok(());
    }
    let (missing, surplus) = (listed(&case.errors, errors), listed(errors, &case.errors));
    let name = &case.name;
    Err(format!("{name}: {command}\nnot told:\n  {missing}\ntold besides:\n  {surplus}\n").into())
}

fn ask_again(terraform: &Terraform) -> Result<(), Failed> {
    let (mut text, mut wrong) = (String::new(), String::new());
    for mut case in cases() {
        let project = project(&case);
        let run = |arguments: &[&str]| {
            let mut command = terraform.command(project.path());
            ran(command.args(arguments).output())
        };
        let mut compare = |case: &Case, command: &str, theirs: &BTreeSet<String>| {
            if let Err(failed) = same(case, command, theirs) {
                wrong.push_str(failed.message().unwrap_or_default());
            }
        };
        let theirs = told(&run(&["validate", "-json"]).stdout)?;
        compare(&case, "validate", &theirs);
        case.errors = theirs;
        for plan in case.is_wrong().then_some(&PLANS).into_iter().flatten() {
            compare(&case, &plan.join(" "), &told_by_plan(&run(plan))?);
        }
        text.push_str(&written(&case)?);
    }
    if std::env::args().any(|argument| argument == UPDATE) {
        std::fs::write(file(), text)?;
        return Ok(());
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

fn written(case: &Case) -> Result<String, Failed> {
    let mut text = format!("== {}\n", case.name);
    for (index, (name, content)) in case.files.iter().enumerate() {
        if index > 0 {
            writeln!(text, "-- {name}")?;
        }
        text.push_str(content);
    }
    writeln!(text, "=>")?;
    for error in &case.errors {
        writeln!(text, "{error}")?;
    }
    Ok(text)
}
