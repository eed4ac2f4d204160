//! How long a service is tried that does not take connections: one that never answered is most likely not there.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long a service is tried that has not answered in this run: a wrong address, a missing route.
const FOR_A_STRANGER: Duration = Duration::from_secs(4);
/// So long one that has answered before and does not now.
const FOR_AN_ACQUAINTANCE: Duration = Duration::from_mins(2);

/// Ends the retries of one service early when no connection comes about. Clones share what they know of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Patience(Arc<Mutex<Known>>);

/// What is known of a service.
#[derive(Debug, Default)]
struct Known {
    has_answered: bool,
    silent_since: Option<Instant>,
}

impl Known {
    fn answered(&mut self) {
        self.has_answered = true;
        self.silent_since = None;
    }

    /// Whether a service that has just not answered is worth another try.
    fn is_worth_a_try(&mut self, now: Instant) -> bool {
        let since = *self.silent_since.get_or_insert(now);
        let patience = if self.has_answered {
            FOR_AN_ACQUAINTANCE
        } else {
            FOR_A_STRANGER
        };
        now.saturating_duration_since(since) < patience
    }
}

impl ClassifyRetry for Patience {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let error = context.output_or_error().and_then(Result::err);
        let connector = error.and_then(|error| error.as_connector_error());
        match connector {
            Some(error) if error.is_io() || error.is_timeout() => {
                if known.is_worth_a_try(Instant::now()) {
                    RetryAction::NoActionIndicated
                } else {
                    RetryAction::RetryForbidden
                }
            }
            _ => {
                if context.response().is_some() {
                    known.answered();
                }
                RetryAction::NoActionIndicated
            }
        }
    }

    fn name(&self) -> &'static str {
        "Patience"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::{FOR_A_STRANGER, FOR_AN_ACQUAINTANCE, Known};
    use std::time::{Duration, Instant};

    #[test]
    fn a_stranger_is_given_up_sooner_than_a_service_that_answered() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        for (answered, patience) in [(false, FOR_A_STRANGER), (true, FOR_AN_ACQUAINTANCE)] {
            let mut known = Known::default();
            if answered {
                known.is_worth_a_try(start);
                known.answered();
            }
            for (after, expected) in [
                (Duration::ZERO, true),
                (patience.saturating_sub(second), true),
                (patience, false),
            ] {
                assert_eq!(
                    known.is_worth_a_try(start + after),
                    expected,
                    "{answered} {after:?}"
                );
            }
        }
    }
}
