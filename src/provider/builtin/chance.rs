//! Chance: where the values of random kinds come from.

use crate::provider::{ProviderError, ProviderErrorKind};
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};

/// A source of random bytes.
pub trait Chance: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// The source has failed.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ProviderError>;
}

/// The operating system's source, fit for secrets.
pub struct Machine;

impl Chance for Machine {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ProviderError> {
        getrandom::fill(bytes).map_err(|error| failed(&error.to_string()))
    }
}

/// A source that gives the same bytes for the same seed: SHA-256 over the seed and the number of the block.
pub struct Seeded {
    seed: String,
    /// Bytes that were made and not yet given, and the number of the next block.
    rest: Mutex<(Vec<u8>, u64)>,
}

impl Seeded {
    /// A source that begins with `seed`.
    pub fn new(seed: impl Into<String>) -> Self {
        Seeded {
            seed: seed.into(),
            rest: Mutex::default(),
        }
    }
}

impl Chance for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ProviderError> {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let (made, next) = &mut *rest;
        for byte in bytes {
            if made.is_empty() {
                let block = format!("{}/{next}", self.seed);
                *made = Sha256::digest(block.as_bytes()).to_vec();
                *next += 1;
            }
            *byte = made.pop().unwrap_or_default();
        }
        Ok(())
    }
}

/// So many random bytes.
pub(super) fn bytes(chance: &dyn Chance, count: usize) -> Result<Vec<u8>, ProviderError> {
    let mut bytes = vec![0; count];
    chance.fill(&mut bytes)?;
    Ok(bytes)
}

/// A random number below `bound`, each as likely as any other; zero when `bound` is.
pub(super) fn below(chance: &dyn Chance, bound: u64) -> Result<u64, ProviderError> {
    if bound == 0 {
        return Ok(0);
    }
    // Numbers beyond the last whole multiple of `bound` would make small results likelier.
    let last = u64::MAX - u64::MAX % bound;
    loop {
        let mut bytes = [0; 8];
        chance.fill(&mut bytes)?;
        let number = u64::from_le_bytes(bytes);
        if number < last {
            return Ok(number % bound);
        }
    }
}

/// One of the elements.
pub(super) fn one_of<'e, T>(
    chance: &dyn Chance,
    elements: &'e [T],
) -> Result<&'e T, ProviderError> {
    let index = below(chance, u64::try_from(elements.len()).unwrap_or_default())?;
    let found = usize::try_from(index).ok().and_then(|at| elements.get(at));
    found.ok_or_else(|| failed("there is nothing to choose from"))
}

/// The elements in a random order, each order as likely as any other.
pub(super) fn shuffled<T>(
    chance: &dyn Chance,
    mut elements: Vec<T>,
) -> Result<Vec<T>, ProviderError> {
    for end in (1..elements.len()).rev() {
        let other = below(chance, u64::try_from(end).unwrap_or_default() + 1)?;
        elements.swap(end, usize::try_from(other).unwrap_or_default());
    }
    Ok(elements)
}

fn failed(why: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::Service,
        ..ProviderError::internal("making a random value", why)
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Machine, Seeded, below, bytes, one_of, shuffled};

    #[test]
    fn a_seed_always_gives_the_same() {
        let make = |seed: &str| bytes(&Seeded::new(seed), 50).unwrap();
        assert_eq!(make("a"), make("a"));
        assert_ne!(make("a"), make("b"));
        let in_parts = Seeded::new("a");
        let mut parts = bytes(&in_parts, 20).unwrap();
        parts.extend(bytes(&in_parts, 30).unwrap());
        assert_eq!(parts, make("a"));
    }

    #[test]
    fn the_machine_repeats_nothing() {
        assert_ne!(bytes(&Machine, 32).unwrap(), bytes(&Machine, 32).unwrap());
    }

    #[test]
    fn numbers_stay_below_their_bound_and_reach_all_there_is() {
        let chance = Seeded::new("numbers");
        let mut seen = [0; 5];
        for _ in 0..1_000 {
            seen[usize::try_from(below(&chance, 5).unwrap()).unwrap()] += 1;
        }
        assert!(
            seen.iter().all(|count| (150..250).contains(count)),
            "{seen:?}"
        );
        assert_eq!(below(&chance, 0).unwrap(), 0);
        assert_eq!(below(&chance, 1).unwrap(), 0);
    }

    /// Gives only the greatest numbers, and then zeros.
    struct Extreme(std::sync::Mutex<u32>);

    impl Chance for Extreme {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), crate::provider::ProviderError> {
            let mut left = self.0.lock().unwrap();
            bytes.fill(if *left > 0 { 0xff } else { 0 });
            *left = left.saturating_sub(1);
            Ok(())
        }
    }

    #[test]
    fn numbers_that_would_favour_some_results_are_passed_over() {
        assert_eq!(below(&Extreme(3.into()), 10).unwrap(), 0);
    }

    #[test]
    fn a_shuffle_keeps_all_elements() {
        let chance = Seeded::new("cards");
        let shuffled = shuffled(&chance, (0..52).collect()).unwrap();
        assert_ne!(shuffled, (0..52).collect::<Vec<_>>());
        let mut sorted = shuffled.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..52).collect::<Vec<_>>());
        assert!(shuffled.contains(one_of(&chance, &shuffled).unwrap()));
        assert!(one_of::<u8>(&chance, &[]).is_err());
    }
}
