//! What local kinds take from outside.

use super::chance::Chance;
use crate::provider::{ProviderContext, ProviderError};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::watch;

/// The clients of the providers `null`, `random` and `time`: chance, the time of day, and the wish to stop.
#[derive(Clone)]
pub struct Surroundings {
    /// Where random values come from.
    pub chance: Arc<dyn Chance>,
    /// The time of day.
    pub today: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Turns true when the run is to end early.
    pub stopped: watch::Receiver<bool>,
}

impl Surroundings {
    /// The surroundings of a context of one of these providers.
    ///
    /// # Errors
    /// The context belongs to another provider, which is a mistake of the caller.
    pub fn of(context: &ProviderContext) -> Result<&Surroundings, ProviderError> {
        context.clients.downcast_ref().ok_or_else(|| {
            ProviderError::internal("making a local object", "the context has no surroundings")
        })
    }

    /// The time of day in whole seconds, as RFC 3339 writes it: `2026-01-01T00:00:00Z`.
    pub(super) fn now(&self) -> String {
        let now = (self.today)();
        Timestamp::from_second(now.as_second())
            .unwrap_or(now)
            .to_string()
    }
}
