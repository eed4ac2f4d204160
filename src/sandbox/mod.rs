//! An AWS account and Kubernetes clusters inside the process: IAM, STS, EKS and the Kubernetes API that a run needs.
//!
//! Clients reach it through their own transports ([`transport`]), so that all code from request building to error
//! handling is the code that runs against AWS. Its content is kept by [`Store`] in these collections:
//!
//! | collection | key | what |
//! |---|---|---|
//! | `account` | `home` | the account that all credentials belong to |
//! | `aws/ACCOUNT/iam/role`, `…/iam/oidc-provider`, `…/iam/policy` | name in lower case, URL, ARN | IAM objects |
//! | `aws/ACCOUNT/REGION/eks/cluster`, `…/eks/update` | name, update id | EKS clusters and their updates |
//! | `s3/bucket`, `s3/object/BUCKET` | name, key | buckets and what is in them |
//! | `issuer` | URL | keys of issuers that are no clusters of the sandbox |
//! | `cluster` | cluster id | issuer, endpoint and place of every cluster, for the Kubernetes half |
//! | `kubernetes/CLUSTER/…` | | what the Kubernetes half keeps; it goes with its cluster |
//! | `clock`, `counter` | | virtual time, numbers given out |

mod account;
mod aws;
pub mod clock;
pub mod faults;
mod inspect;
mod keys;
pub mod kubernetes;
mod log;
mod requests;
pub mod seed;
pub mod store;
#[cfg(test)]
mod tests;
pub mod transport;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

pub use self::aws::Operation;
pub use self::faults::{Effect, Fault};
pub use self::inspect::InspectError;
pub use self::requests::ConnectionLost;
pub use self::seed::Seed;
pub use self::store::{Store, StoreError};

/// One sandbox, shared by all clients of a process. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Mutex<Inner>>);

struct Inner {
    store: Store,
    faults: faults::Faults,
    requests: Vec<Operation>,
}

/// Without its content, which would flood the logs of the clients that hold it.
impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Opens the sandbox whose content lives in `dir`; a new one begins with what `seed` tells.
    ///
    /// # Errors
    /// The folder cannot be used, its log is damaged, or the seed is not usable.
    pub fn open(dir: &Path, seed: Option<Seed>) -> Result<Self, StoreError> {
        Self::with_store(Store::open(dir)?, seed)
    }

    /// A sandbox that ends with the process.
    ///
    /// # Errors
    /// The seed is not usable.
    pub fn in_memory(seed: Option<Seed>) -> Result<Self, StoreError> {
        Self::with_store(Store::in_memory(), seed)
    }

    /// The sandbox's present. It stands still until somebody waits.
    pub fn now(&self) -> Timestamp {
        let mut inner = self.lock();
        match inner.store.begin() {
            Ok(()) => {
                let now = clock::now(&inner.store);
                // Nothing was changed: committing only gives the lock back.
                let _unchanged = inner.store.commit();
                now
            }
            Err(_) => clock::now(&inner.store),
        }
    }

    /// The home region: where clients go that are told no other.
    ///
    /// # Errors
    /// The content cannot be read.
    pub fn region(&self) -> Result<String, StoreError> {
        self.transaction(|store| account::home(store).region)
    }

    /// Moves the present forward by `wait` at once.
    ///
    /// # Errors
    /// The content cannot be written.
    pub fn sleep(&self, wait: Duration) -> Result<(), StoreError> {
        self.transaction(|store| clock::advance_to(store, clock::after(clock::now(store), wait)))
    }

    /// Moves the present forward to `instant`, or leaves it when that has passed.
    ///
    /// # Errors
    /// The content cannot be written.
    pub fn sleep_until(&self, instant: Timestamp) -> Result<(), StoreError> {
        self.transaction(|store| clock::advance_to(store, instant))
    }

    /// A seed for random values: another for each asker, and the same ones in the same order in every sandbox.
    ///
    /// # Errors
    /// The content cannot be written.
    pub fn seed(&self) -> Result<u64, StoreError> {
        self.transaction(|store| store.next_counter("seed"))
    }

    /// The AWS and Kubernetes requests that this process sent so far, in order.
    ///
    /// A Kubernetes request is named by its method and path.
    pub fn requests(&self) -> Vec<Operation> {
        self.lock().requests.clone()
    }

    /// Adds a fault to the ones that requests run into; the first that matches a request acts.
    pub fn inject(&self, fault: Fault) {
        self.lock().faults.add(fault);
    }

    /// Makes new IAM objects invisible to reads for a while of the sandbox's time. Zero turns that off.
    pub fn delay_visibility(&self, wait: Duration) {
        self.lock().faults.visibility_delay = wait;
    }

    /// Forgets all faults and delays.
    pub fn clear_faults(&self) {
        self.lock().faults = faults::Faults::default();
    }

    fn with_store(mut store: Store, seed: Option<Seed>) -> Result<Self, StoreError> {
        let seed = seed.unwrap_or_default();
        let mut faults = faults::Faults::default();
        for fault in &seed.faults {
            faults.add(fault.rule());
        }
        store.begin()?;
        let seeded = if store.is_empty() {
            seed::plant(&mut store, seed)
        } else {
            Ok(())
        };
        store.commit()?;
        seeded?;
        let requests = Vec::new();
        Ok(Self(Arc::new(Mutex::new(Inner {
            store,
            faults,
            requests,
        }))))
    }

    fn transaction<T>(&self, work: impl FnOnce(&mut Store) -> T) -> Result<T, StoreError> {
        let mut inner = self.lock();
        inner.store.begin()?;
        let result = work(&mut inner.store);
        inner.store.commit()?;
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
