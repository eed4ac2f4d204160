//! Modules that others have written and published, unmodified, through the four commands in the sandbox.
//!
//! They are not part of this repository. `TRUSTFORM_REAL_MODULES` names a folder with their repositories, each as
//! `OWNER/NAME.git`; without it, or without the repository that a case needs, the trial counts as ignored and says so.
//! `cases.json` lists what is run and how, `results/` what comes of each, `docs/language/real-modules.md` both for people.

mod formatting;
mod page;
mod running;
mod sources;

use std::collections::BTreeMap;
use std::fs;

use libtest_mimic::{Completion, Failed, Trial};
use serde::Deserialize;

use crate::common::{UPDATE, repository};
use sources::{Sources, Unavailable};

/// Where cases, results, roots and stand-ins are.
const FOLDER: &str = "tests/real_modules";

/// What there is to run, and where registry modules come from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    registry: BTreeMap<String, Registered>,
    cases: Vec<Case>,
}

/// A module of the registry: the repository with its tags, and the folder that may stand for it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Registered {
    repository: String,
    tags: Vec<String>,
    stand_in: Option<String>,
}

/// One configuration.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    repository: String,
    /// The tag or commit.
    r#ref: String,
    /// The folder of the repository that is run.
    #[serde(default)]
    folder: String,
    /// The folder below `roots` that is run instead, and calls modules of the repository.
    root: Option<String>,
    /// The folder below `roots` whose files are put beside those of the repository.
    beside: Option<String>,
    /// What `plan` and `apply` are given.
    #[serde(default)]
    arguments: Vec<String>,
    region: Option<String>,
    /// Whether registry modules that have a stand-in are the published ones all the same.
    #[serde(default)]
    real: bool,
}

pub fn trials() -> Vec<Trial> {
    let cases = cases();
    let mut trials: Vec<Trial> = cases.cases.iter().map(|case| run(&cases, case)).collect();
    trials.extend(formatting::trials(&cases));
    trials.push(Trial::test("real_modules::page", page::check));
    trials
}

fn cases() -> Cases {
    let path = repository().join(FOLDER).join("cases.json");
    let text = fs::read_to_string(path).expect("the cases");
    serde_json::from_str(&text).expect("cases in their form")
}

fn run(cases: &Cases, case: &Case) -> Trial {
    let (registry, case) = (cases.registry.clone(), case.clone());
    Trial::ignorable_test(format!("real_modules::{}", case.name), move || {
        let sources = Sources::find();
        let came_of_it = sources.and_then(|sources| running::run(&sources, &registry, &case));
        match came_of_it {
            Ok(text) => golden(&case.name, &text).map(|()| Completion::Completed),
            Err(Unavailable(reason)) => Ok(Completion::ignored_with(reason)),
        }
    })
}

/// Compares a result with what is written, or writes it.
fn golden(name: &str, text: &str) -> Result<(), Failed> {
    let path = repository()
        .join(FOLDER)
        .join(format!("results/{name}.txt"));
    if updates() {
        return Ok(fs::write(path, text)?);
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    if written == text {
        return Ok(());
    }
    Err(format!(
        "{} says\n{written}\nand this came of it\n{text}",
        path.display()
    )
    .into())
}

fn updates() -> bool {
    std::env::args().any(|argument| argument == UPDATE)
}
