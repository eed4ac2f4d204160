//! What a call needs: clients, a clock, and counters.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The clients and surroundings of one provider configuration. Cheap to clone.
#[derive(Clone)]
pub struct ProviderContext {
    /// Waiting; virtual in the sandbox.
    pub clock: Arc<dyn Clock>,
    /// Calls made so far, by service.
    pub calls: CallCounts,
    /// Tells the user why something takes long, as `waiting for the role to become visible`.
    pub progress: Arc<dyn Fn(&str) + Send + Sync>,
    /// The clients of the provider, of the type that the provider's kinds expect.
    pub clients: Arc<dyn std::any::Any + Send + Sync>,
}

/// Time as the provider context sees it.
pub trait Clock: Send + Sync {
    /// Time since some fixed instant.
    fn now(&self) -> Duration;

    /// Waits; in the sandbox this takes no real time.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// How many calls were made, by service (`IAM`, `EKS`, `STS`, `Kubernetes`).
#[derive(Clone, Default)]
pub struct CallCounts(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl CallCounts {
    /// Counts one call.
    pub fn count(&self, service: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(service).or_default() += 1;
    }

    /// The counts so far, in the order of the services' names.
    pub fn snapshot(&self) -> BTreeMap<&'static str, u64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
