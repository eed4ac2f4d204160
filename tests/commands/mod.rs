//! Commands over the whole of what they may meet.

mod compared;
mod generated;
mod initialising;

use libtest_mimic::Trial;

/// The trials.
pub fn trials() -> Vec<Trial> {
    let mut trials = compared::trials();
    trials.extend(generated::trials());
    trials.extend(initialising::trials());
    trials
}
