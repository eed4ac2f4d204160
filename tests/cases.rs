//! Configurations from language to state, a folder a case; adding one takes no Rust.
//!
//! A folder of `tests/cases/` holds a configuration, and what becomes of it as goldens. `README.md` there says which
//! files are which. `cargo cases -- --update` writes the goldens again; where `terraform` is on the `PATH`, one more
//! trial per case asks it to do the same.

use std::fs;

use libtest_mimic::{Completion, Failed, Trial};
use trustform_test_support::terraform::terraform;

use crate::common::cases::{Case, GOLDENS, differential, normal};
use crate::common::{UPDATE, repository, without};

/// Every folder as a trial, and as one more against the real Terraform.
pub fn trials() -> Vec<Trial> {
    let update = std::env::args().any(|argument| argument == UPDATE);
    let mut trials = Vec::new();
    for case in all() {
        let name = case.name.clone();
        if !case.is_ours_alone() {
            let case = case.clone();
            trials.push(Trial::ignorable_test(
                format!("cases::{name}::terraform"),
                move || match terraform() {
                    Ok(terraform) => {
                        differential::compare(&case, terraform)?;
                        Ok(Completion::Completed)
                    }
                    Err(missing) => without(&missing),
                },
            ));
        }
        trials.push(Trial::test(format!("cases::{name}"), move || {
            check(&case, update)
        }));
    }
    trials
}

fn all() -> Vec<Case> {
    let entries = fs::read_dir(repository().join("tests/cases")).expect("the folder of cases");
    let mut folders: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders.iter().map(|folder| Case::read(folder)).collect()
}

/// Runs a case and compares what came of it with its goldens, or writes them.
fn check(case: &Case, update: bool) -> Result<(), Failed> {
    let results = case.run()?;
    let mut differing = Vec::new();
    for name in GOLDENS {
        let path = case.folder.join(name);
        let expected = fs::read_to_string(&path).ok();
        let found = results.get(name).filter(|text| !text.is_empty());
        if expected.as_ref() == found {
            continue;
        }
        match (update, found) {
            (true, Some(text)) => fs::write(&path, text)?,
            (true, None) => fs::remove_file(&path)?,
            (false, _) => differing.push(normal::difference(name, expected.as_deref(), found)),
        }
    }
    if differing.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(differing.join("\n")))
    }
}
