//! What the answers of calls say about an object: that it is not there, what became of changing it and of deleting it.

use crate::provider::aws::waiting::unseen;
use crate::provider::{Outcome, ProviderError, ProviderErrorKind};
use crate::value::Known;

/// The answer to a question for one object; a service that does not find it answers that there is none.
///
/// # Errors
/// Any other refusal.
pub(super) fn found<T>(answer: Result<T, ProviderError>) -> Result<Option<T>, ProviderError> {
    match answer {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.kind == ProviderErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What became of deleting: an object that is gone already was deleted.
///
/// # Errors
/// Any other refusal.
pub(super) fn deleted<T>(answer: Result<T, ProviderError>) -> Result<(), ProviderError> {
    found(answer).map(drop)
}

/// What became of an update, `reading` the object afterwards: the object as it is now, or as it was where it cannot be
/// read, and what stopped the rest.
pub(super) fn updated(
    prior: &Known,
    reading: &str,
    live: Result<Option<Known>, ProviderError>,
    changed: Result<(), ProviderError>,
) -> Outcome {
    let live = live.and_then(|live| live.ok_or_else(|| unseen(reading)));
    match (live, changed) {
        (Ok(object), Ok(())) => Outcome::done(object),
        (Ok(object), Err(error)) => Outcome::partial(object, error),
        (Err(unread), changed) => Outcome::partial(prior.clone(), changed.err().unwrap_or(unread)),
    }
}
