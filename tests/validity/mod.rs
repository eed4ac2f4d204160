//! What `validate` says of configurations whatever their variables are worth, beside Terraform.
//!
//! `cases.txt` holds small configurations: a line `== NAME`, the text of `main.tf`, perhaps `-- FILE` and the text of another
//! file, and `=>` with the errors that Terraform tells, a line each: file, line, column and summary. A case is a trial;
//! where `terraform` is on the PATH it is asked again, and `cargo cases validity -- --update` writes its answers.

use crate::common::project::{Project, ran};
use crate::common::{UPDATE, repository};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use trustform_test_support::terraform::{Terraform, terraform};

/// A configuration with what is wrong with it.
#[derive(Clone, Default)]
struct Case {
    name: String,
    files: Vec<(String, String)>,
    errors: BTreeSet<String>,
}

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
            same(&case, &ours)
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

/// A project with the files of a case, whose modules are recorded as installed: `./m` for every call.
fn project(case: &Case) -> Project {
    let project = Project::new();
    let mut modules = vec![json!({ "Key": "", "Source": "", "Dir": "." })];
    for (name, text) in &case.files {
        project.write(name, text);
        let calls = text
            .lines()
            .filter_map(|line| line.strip_prefix("module \""));
        for call in calls.filter_map(|rest| rest.split('"').next()) {
            modules.push(json!({ "Key": call, "Source": "./m", "Dir": "m" }));
        }
    }
    let modules = json!({ "Modules": modules });
    project.write(".terraform/modules/modules.json", &modules.to_string());
    project
}

/// The errors of an answer of `validate -json`.
fn told(answer: &str) -> Result<BTreeSet<String>, Failed> {
    let answer: Json = serde_json::from_str(answer)?;
    let diagnostics = answer["diagnostics"].as_array().into_iter().flatten();
    let errors = diagnostics.filter(|diagnostic| diagnostic["severity"] == "error");
    let told: BTreeSet<String> = errors
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
        .collect();
    if told.is_empty() != (answer["valid"] == true) {
        return Err(format!("{answer:#}").into());
    }
    Ok(told)
}

fn same(case: &Case, errors: &BTreeSet<String>) -> Result<(), Failed> {
    let listed = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        let lines: Vec<&str> = one.difference(other).map(String::as_str).collect();
        lines.join("\n  ")
    };
    if case.errors == *errors {
        return Ok(());
    }
    let (missing, surplus) = (listed(&case.errors, errors), listed(errors, &case.errors));
    let name = &case.name;
    Err(format!("{name}\nnot told:\n  {missing}\ntold besides:\n  {surplus}\n").into())
}

fn ask_again(terraform: &Terraform) -> Result<(), Failed> {
    let (mut text, mut wrong) = (String::new(), String::new());
    for mut case in cases() {
        let project = project(&case);
        let mut command = terraform.command(project.path());
        command.args(["validate", "-json"]);
        let theirs = told(&ran(command.output()).stdout)?;
        if let Err(failed) = same(&case, &theirs) {
            write!(wrong, "{}", failed.message().unwrap_or_default())?;
        }
        case.errors = theirs;
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
