//! Inputs that nobody would write, for everything that reads one: none may end in a panic, an overflow of the stack, or
//! without end.
//!
//! [`targets`] names what is tried and with which seeds; [`mutation`] damages a seed; [`worker`] tries inputs one after the
//! other in a process of its own, since an overflow ends the process; [`driver`] starts workers and keeps what broke one,
//! made small ([`shrink`]), under `target/fuzz/`. A run of the tests goes through a few inputs of the day; as long as one likes
//! does `cargo cases -- --fuzz parser --seconds 600`; see `docs/fuzzing.md`. What was found once is in `found/` and tried in every run.

mod archive;
mod configurations;
mod driver;
mod mutation;
mod seeds;
mod shrink;
mod targets;
mod texts;
mod worker;

pub(crate) use driver::{is_asked, main};

use crate::common::repository;
use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;
use targets::{TARGETS, Target};

/// For each target a few inputs of the day, and all that ever broke it.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for target in TARGETS {
        let name = format!("fuzz::{}", target.name);
        trials.push(Trial::test(name, || driver::daily(target)));
        for (name, path) in found(target) {
            let name = format!("fuzz::found::{}::{name}", target.name);
            trials.push(Trial::test(name, move || again(target, &path)));
        }
    }
    trials
}

/// The inputs that once broke a target, by name.
fn found(target: &Target) -> Vec<(String, PathBuf)> {
    let folder = repository().join("tests/fuzz/found").join(target.name);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap_or_default();
        (name.to_string_lossy().into_owned(), path)
    };
    let mut found: Vec<_> = entries.map(|entry| named(entry.path())).collect();
    found.sort();
    found
}

fn again(target: &'static Target, path: &std::path::Path) -> Result<(), Failed> {
    match driver::tried(target, path) {
        None => Ok(()),
        Some(failure) => Err(failure.to_string().into()),
    }
}
