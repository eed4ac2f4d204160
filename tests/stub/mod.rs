//! Terraform's own core with our schemas. `README.md` here says what this shows and what not.

mod core;
mod examples;
mod lives;
mod mistakes;
mod played;
mod random;

use libtest_mimic::Trial;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = examples::trials();
    trials.extend(lives::trials());
    trials.extend(mistakes::trials());
    trials.extend(random::trials());
    trials
}
