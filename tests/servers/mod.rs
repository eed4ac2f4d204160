//! The program on servers that somebody else wrote, chosen as a user chooses them: by variables, provider blocks,
//! profiles and kubeconfigs.
//!
//! What a stand-in does otherwise than AWS is in `differences.json`, and a test fails when it no longer does.
#![allow(
    clippy::unnecessary_wraps,
    reason = "tests of one table have one type, and some of them need no server besides"
)]

mod calls;
mod changes;
mod counts;
mod differences;
mod examples;
mod faults;
mod kubernetes;
mod lives;
mod settings;
mod stand_in;

use libtest_mimic::Trial;

pub use stand_in::StandIn;

pub fn trials() -> Vec<Trial> {
    let mut trials = examples::trials();
    trials.extend(lives::trials());
    trials.extend(changes::trials());
    trials.extend(settings::trials());
    trials.extend(kubernetes::trials());
    trials.extend(faults::trials());
    trials.extend(counts::trials());
    trials.extend(differences::trials());
    trials
}
