//! Expressions against the answers of the real Terraform.
//!
//! A file of `tests/language/expressions/` holds one expression a line, each followed by its answer, indented; how an
//! answer is written says [`answer`]. Every expression is a trial of its own. Where `terraform` is on the PATH one more
//! trial per file asks it again, and `cargo cases language -- --update` writes its answers into the files.
//!
//! Beside these named cases there are thousands that [`generator`] made up; [`random`] runs them.

mod answer;
mod declared;
mod generator;
mod oracle;
mod ours;
mod places;
mod random;
mod reference;
mod shrink;
mod surroundings;

use crate::common::{UPDATE, repository};
use answer::{Case, cases, written};
pub(crate) use generator::expression;
use libtest_mimic::{Failed, Trial};
pub(crate) use ours::{answered, answered_with};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Every expression as a trial, and every file as one where Terraform is there.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for file in case_files() {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for (line, case) in cases(&text) {
            let file_name = name.clone();
            trials.push(Trial::test(
                format!("language::{name}::{line}"),
                move || check(&case, &file_name),
            ));
        }
        if oracle::is_there() {
            let live = format!("language::{name}::terraform");
            trials.push(Trial::test(live, move || ask_again(&file, &text)));
        }
    }
    trials.extend(random::trials());
    trials.extend(declared::trials());
    trials.extend(reference::trials());
    trials
}

fn case_files() -> Vec<PathBuf> {
    let folder = repository().join("tests/language/expressions");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// The file of what docs/language/differences.md tells: its expressions have other answers here.
const DIFFERENCES: &str = "differences";

fn check(case: &Case, file: &str) -> Result<(), Failed> {
    match answer::difference(case) {
        None if file == DIFFERENCES => Err("the difference is gone".into()),
        Some(difference) if file != DIFFERENCES => Err(difference.into()),
        None | Some(_) => Ok(()),
    }
}

fn ask_again(file: &Path, text: &str) -> Result<(), Failed> {
    let cases = cases(text);
    let expressions: Vec<&str> = cases
        .iter()
        .map(|(_, case)| case.expression.as_str())
        .collect();
    let answers = oracle::answers(&expressions)?;
    if std::env::args().any(|argument| argument == UPDATE) {
        let mut answers = answers.iter();
        let mut recorded = String::new();
        for line in text.lines().filter(|line| !line.starts_with("  ")) {
            writeln!(recorded, "{line}")?;
            if !line.is_empty() && !line.starts_with('#') {
                let answer = answers.next().ok_or("an answer is missing")?;
                writeln!(recorded, "  {}", written(answer))?;
            }
        }
        std::fs::write(file, recorded)?;
        return Ok(());
    }
    let mut differences = String::new();
    for ((line, case), answer) in cases.iter().zip(&answers) {
        if case.answer != *answer {
            writeln!(
                differences,
                "line {line}: {}\n  {}\n  {answer}",
                case.expression, case.answer
            )?;
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.into())
    }
}
