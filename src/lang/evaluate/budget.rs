//! How much one evaluation may make.
//!
//! A few words of a configuration can ask for more than any memory holds: loops within loops, and texts made of texts.
//! Terraform goes on until the system ends it; here such an expression is a mistake.

use std::cell::Cell;

/// The most rounds that the `for`s of one expression take together.
const MAX_ROUNDS: usize = 4_000_000;

/// The most bytes of all texts that one expression makes.
const MAX_BYTES: usize = 128 << 20;

/// What is left for an evaluation to make.
pub(super) struct Budget {
    rounds: Cell<usize>,
    bytes: Cell<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            rounds: Cell::new(MAX_ROUNDS),
            bytes: Cell::new(MAX_BYTES),
        }
    }
}

impl Budget {
    /// Takes a round of a `for`; what is wrong when too many were taken.
    pub(super) fn round(&self) -> Result<(), String> {
        self.check()?;
        take(&self.rounds, 1);
        self.check()
    }

    /// Takes a text of so many bytes; what is wrong when there are too many.
    pub(super) fn text(&self, length: usize) -> Result<(), String> {
        take(&self.bytes, length);
        self.check()
    }

    fn check(&self) -> Result<(), String> {
        if self.rounds.get() == 0 {
            Err(format!(
                "The loops of this expression take more than {MAX_ROUNDS} rounds together."
            ))
        } else if self.bytes.get() == 0 {
            let limit = MAX_BYTES >> 20;
            Err(format!(
                "The texts that this expression makes have more than {limit} MiB together."
            ))
        } else {
            Ok(())
        }
    }
}

fn take(left: &Cell<usize>, amount: usize) {
    left.set(left.get().saturating_sub(amount));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_used_up_by_rounds_and_by_texts() {
        let budget = Budget::default();
        let rounds = (0..MAX_ROUNDS).take_while(|_| budget.round().is_ok());
        assert_eq!(rounds.count(), MAX_ROUNDS - 1);
        assert!(budget.text(0).is_err());
        let budget = Budget::default();
        assert!(budget.text(MAX_BYTES - 1).is_ok());
        assert!(budget.text(1).is_err());
    }
}
