//! Installing modules: from repositories, archives and registries that the tests make themselves, and beside the real
//! `terraform`, which installs from the same server.

mod archives;
mod installing;
mod locking;
mod terraform;
pub mod world;

use libtest_mimic::Trial;

use crate::common::with_program;

pub fn trials() -> Vec<Trial> {
    let mut trials = installing::trials();
    trials.extend(locking::trials());
    trials.extend(archives::trials());
    trials.extend(terraform::trials());
    trials
}

/// Trials of functions that need nothing but what they make.
fn plain(tests: &[(&str, fn())]) -> Vec<Trial> {
    let trial = |(name, test): &(&str, fn())| {
        let test = *test;
        Trial::test(format!("modules::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.iter().map(trial).collect()
}

/// Trials of functions that make repositories.
fn with_git(tests: &[(&str, fn())]) -> Vec<Trial> {
    let trial =
        |(name, test): &(&str, fn())| with_program(&format!("modules::{name}"), "git", *test);
    tests.iter().map(trial).collect()
}
