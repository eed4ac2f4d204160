//! Making an input that breaks something small, and it still breaks it.

use std::time::{Duration, Instant};

/// How long one input is made smaller.
const PATIENCE: Duration = Duration::from_secs(40);

/// The smallest input found that `breaks` as this one does: pieces are left out, ever smaller ones.
pub(super) fn smallest(input: Vec<u8>, mut breaks: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let start = Instant::now();
    let mut smallest = input;
    let mut piece = smallest.len().div_ceil(2);
    while piece > 0 {
        let mut at = 0;
        while at < smallest.len() {
            if start.elapsed() > PATIENCE {
                return smallest;
            }
            let end = (at + piece).min(smallest.len());
            let without = [&smallest[..at], &smallest[end..]].concat();
            if breaks(&without) {
                smallest = without;
            } else {
                at = end;
            }
        }
        piece /= 2;
    }
    smallest
}
