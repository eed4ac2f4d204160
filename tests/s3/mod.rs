//! States in S3: what the backend promises, on the sandbox and on servers that somebody else wrote, and beside the real
//! `terraform`.

mod contract;
mod refusals;
mod rounds;
mod servers;
mod takeover;
mod terraform;
mod workspaces;

use libtest_mimic::Trial;

pub use rounds::{compete, is_asked_to_compete};

pub fn trials() -> Vec<Trial> {
    let mut trials = contract::trials();
    trials.extend(refusals::trials());
    trials.extend(rounds::trials());
    trials.extend(takeover::trials());
    trials.extend(terraform::trials());
    trials.extend(workspaces::trials());
    trials
}
