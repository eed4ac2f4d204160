//! Configurations of our own types that nobody thought of, by both tools.
//!
//! As many as `TRUSTFORM_CONFIGURATIONS` says are tried, from the seed that `TRUSTFORM_SEED` or else the day is. Of the
//! differences as many as `TRUSTFORM_SHRUNK` says are made small. What was found so is a case of `found/`.
#![expect(
    clippy::print_stdout,
    reason = "how many cases were tried is told of every run"
)]

mod change;
mod draw;
mod generator;
mod mistake;
mod model;
mod schema;
mod table;
mod tools;

use std::fmt::Write as _;
use std::path::Path;

use libtest_mimic::{Completion, Failed, Trial};

use super::core::Core;
use crate::common::project::files;
use crate::common::{repository, without};
use crate::configurations::case::Case;
use crate::configurations::shrink::shrunk_by;
use schema::Schemas;

/// How many cases are tried.
const FRESH: u64 = 30;

/// Of how many cases one may differ: what is made up finds what nobody has seen yet.
const TOLERATED: usize = 15;

/// How many differences are made small.
const SHRUNK: usize = 1;

/// The trials of this module.
pub(super) fn trials() -> Vec<Trial> {
    let fresh = Trial::ignorable_test("stub::random::fresh", || match Core::get() {
        Ok(core) => fresh(&core).map(|()| Completion::Completed),
        Err(missing) => without(&missing),
    });
    let found = files(&repository().join("tests/stub/random/found")).into_iter();
    let found = found.map(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Trial::ignorable_test(format!("stub::random::{name}"), move || match Core::get() {
            Ok(core) => found_before(&core, &path).map(|()| Completion::Completed),
            Err(missing) => without(&missing),
        })
    });
    std::iter::once(fresh).chain(found).collect()
}

/// A case of `found/`, which is written as differences are printed, comes out alike, and not because ours refuses it.
fn found_before(core: &Core, path: &Path) -> Result<(), Failed> {
    let case = Case::read(&std::fs::read_to_string(path)?);
    let found = tools::run(core, &tools::schemas(), &case)?;
    if let Some(difference) = found.difference {
        return Err(format!("{case}\n{difference}").into());
    }
    if found.planned + found.refused < case.steps.len() || found.unmade > 0 {
        return Err(format!("a step was not compared: {found:?}").into());
    }
    Ok(())
}

fn fresh(core: &Core) -> Result<(), Failed> {
    let day = || {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |now| now.as_secs() / 86_400)
    };
    let seed = number("TRUSTFORM_SEED").unwrap_or_else(day);
    let count = number("TRUSTFORM_CONFIGURATIONS").unwrap_or(FRESH);
    let text = tools::schemas();
    let schemas = Schemas::of(&serde_json::from_str(&text)?);
    let numbers: Vec<u64> = (seed * 1_000_000..seed * 1_000_000 + count).collect();
    let take = |number: &u64| {
        let case = generator::case(&schemas, *number);
        let found = tools::run(core, &text, &case);
        (*number, case, found)
    };
    let mut all = Vec::new();
    std::thread::scope(|scope| {
        let halves = numbers.chunks(numbers.len().div_ceil(2).max(1));
        let halves =
            halves.map(|half| scope.spawn(move || half.iter().map(take).collect::<Vec<_>>()));
        let halves: Vec<_> = halves.collect();
        for half in halves {
            all.extend(half.join().expect("a thread that ends"));
        }
    });
    let (mut planned, mut refused, mut differ) = (0, 0, 0);
    let mut told = String::new();
    let shrunk =
        number("TRUSTFORM_SHRUNK").map_or(SHRUNK, |small| small.try_into().unwrap_or(usize::MAX));
    for (number, mut case, found) in all {
        let found = found.map_err(|failed| {
            format!(
                "case {number}\n{case}\n{}",
                failed.message().unwrap_or_default()
            )
        })?;
        planned += found.planned;
        refused += found.refused;
        let Some(mut difference) = found.difference else {
            continue;
        };
        differ += 1;
        case.steps.truncate(difference.step());
        if differ <= shrunk {
            let differs = |case: &_| tools::run(core, &text, case).ok()?.difference;
            (case, difference) = shrunk_by(case, difference, differs);
        }
        write!(told, "\n\n######## case {number}\n{case}\n{difference}")?;
    }
    println!(
        "seed {seed}: {count} cases, {planned} steps planned and {refused} refused alike, {differ} differ{told}"
    );
    assert!(planned > 0, "nothing was planned");
    if numbers.len() < differ * TOLERATED {
        return Err(format!("{differ} of {count} cases differ{told}").into());
    }
    Ok(())
}

/// A number that the environment gives.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
