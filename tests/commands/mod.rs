//! Commands over the whole of what they may meet.

mod generated;

use libtest_mimic::Trial;

/// The trials.
pub fn trials() -> Vec<Trial> {
    generated::trials()
}
