//! Many texts through one run of the real `terraform fmt`.

use std::collections::BTreeMap;
use std::fs;

use libtest_mimic::{Completion, Failed};
use trustform_test_support::terraform::{Terraform, terraform};

use super::formatted;
use crate::common::project::Project;
use crate::common::without;

/// What Terraform made of a text, or its first error and the line it is on.
pub(super) fn theirs(terraform: &Terraform, texts: &[String]) -> Vec<Result<String, Refusal>> {
    let project = Project::new();
    for (number, text) in texts.iter().enumerate() {
        project.write(&name(number), text);
    }
    let mut command = terraform.command(project.path());
    let output = command
        .args(["fmt", "-no-color", "-list=false"])
        .output()
        .expect("a run of terraform");
    let told = String::from_utf8_lossy(&output.stderr);
    let mut refused = refusals(&told);
    let result = |number: usize| {
        let bytes = fs::read(project.file(&name(number))).expect("the file again");
        String::from_utf8(bytes).expect("text")
    };
    let numbers = 0..texts.len();
    numbers
        .map(|number| match refused.remove(&name(number)) {
            Some(refusal) => Err(refusal),
            None => Ok(result(number)),
        })
        .collect()
}

/// The summary of an error and its line.
pub(super) type Refusal = (String, usize);

/// The first error of each file that Terraform told of.
fn refusals(told: &str) -> BTreeMap<String, Refusal> {
    let mut found = BTreeMap::new();
    let mut summary = "";
    for line in told.lines() {
        if let Some(text) = line.strip_prefix("Error: ") {
            summary = text;
        }
        let place = line.strip_prefix("  on ");
        if let Some((file, rest)) = place.and_then(|place| place.split_once(" line ")) {
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
            let number = digits.and_then(|digits| digits.parse().ok());
            let refusal = (summary.to_owned(), number.unwrap_or_default());
            found.entry(file.to_owned()).or_insert(refusal);
        }
    }
    found
}

/// Compares both on named texts, where Terraform is there: the results, or the first errors.
pub(super) fn compare(cases: &[(String, String)]) -> Result<Completion, Failed> {
    let terraform = match terraform() {
        Ok(terraform) => terraform,
        Err(missing) => return without(&missing),
    };
    let texts: Vec<String> = cases.iter().map(|(_, text)| text.clone()).collect();
    let mut differing = Vec::new();
    for ((name, text), theirs) in cases.iter().zip(theirs(terraform, &texts)) {
        let ours = formatted(text);
        if ours != theirs && !is_known(&ours, &theirs) {
            differing.push(format!(
                "{name}\n{text}\n-- terraform\n{}\n-- trustform\n{}\n",
                shown(theirs),
                shown(ours),
            ));
        }
    }
    if differing.is_empty() {
        return Ok(Completion::Completed);
    }
    let count = differing.len();
    differing.truncate(5);
    let shown = differing.join("\n");
    Err(Failed::from(format!(
        "{count} of {} differ\n{shown}",
        cases.len()
    )))
}

/// Terraform tells of a missing bracket at the next one that it finds, or at the end of the file.
fn is_known(ours: &Result<String, Refusal>, theirs: &Result<String, Refusal>) -> bool {
    let missing = |(summary, _): &Refusal| summary.starts_with("Missing close bracket on ");
    theirs.is_err() && ours.as_ref().is_err_and(missing)
}

fn shown(result: Result<String, Refusal>) -> String {
    result.unwrap_or_else(|(summary, line)| format!("line {line}: {summary}"))
}

fn name(number: usize) -> String {
    format!("{number:05}.tf")
}
