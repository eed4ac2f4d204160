//! What is wrong with the shape of blocks of ours, told by both tools at the same lines: `mistakes.tf`.

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::Value as Json;

use super::core::Core;
use super::played::Pair;
use crate::common::{repository, without};

/// The trial of this module.
pub(super) fn trials() -> Vec<Trial> {
    let trial = Trial::ignorable_test("stub::mistakes", || match Core::get() {
        Ok(core) => told_alike(&core).map(|()| Completion::Completed),
        Err(missing) => without(&missing),
    });
    vec![trial]
}

fn told_alike(core: &Core) -> Result<(), Failed> {
    let pair = Pair::new();
    let text = fs::read_to_string(repository().join("tests/stub/mistakes.tf"))?;
    pair.write("main.tf", &text);
    let arguments = ["validate", "-json"];
    let theirs = told(&core.tries(&pair.theirs, &arguments).stdout)?;
    let ours = told(&pair.ours.run(&arguments).stdout)?;
    assert_eq!(ours, theirs);
    assert!(ours.len() > 10, "{ours:?}");
    Ok(())
}

/// The lines of errors, each with the summary.
fn told(answer: &str) -> Result<BTreeSet<(u64, String)>, Failed> {
    let answer: Json = serde_json::from_str(answer)?;
    let diagnostics = answer["diagnostics"].as_array().into_iter().flatten();
    let errors = diagnostics.filter(|diagnostic| diagnostic["severity"] == "error");
    let told = errors.map(|error| {
        let line = error["range"]["start"]["line"].as_u64();
        let summary = error["summary"].as_str().unwrap_or_default();
        (line.unwrap_or_default(), summary.to_owned())
    });
    Ok(told.collect())
}
