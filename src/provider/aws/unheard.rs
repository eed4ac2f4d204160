//! Calls that may have been carried out although nobody heard so.
//!
//! The SDK sends a call again whose connection broke or whose answer was a 5xx. Where the first attempt had been carried
//! out all the same, the second meets its work and is refused: a create because the object exists already.

use super::object::differs;
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::value::Value;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Watches the attempts of one call, also over several tries of it: an interceptor of each request. Clones share what
/// they saw.
#[derive(Clone, Debug, Default)]
pub(super) struct Unheard(Arc<AtomicBool>);

impl Unheard {
    /// Whether an attempt so far ended without an answer that says what became of it.
    pub(super) fn any(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether a refusal can be about what an earlier attempt of the same call made.
    pub(super) fn explains(&self, refusal: &ProviderError) -> bool {
        refusal.kind == ProviderErrorKind::AlreadyExists && self.any()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Unheard {
    fn name(&self) -> &'static str {
        "Unheard"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let status = context.response().map(|answer| answer.status().as_u16());
        if status.is_none_or(|status| status >= 500) {
            self.0.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Whether an object that is there is what was to be made, as far as the plan says what that is.
pub(super) fn is_as_planned(planned: &Value, live: &Value) -> bool {
    let attributes = planned.as_entries().into_iter().flatten();
    attributes
        .filter(|(_, value)| value.is_wholly_known())
        .all(|(name, _)| !differs(planned, live, name))
}
