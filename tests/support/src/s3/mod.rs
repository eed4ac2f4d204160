//! Servers that speak S3 and write conditionally and atomically: `SeaweedFS`, and ministack, which speaks for all of AWS.
//!
//! Each is started at most once in a run. Tests keep to buckets of their own.

mod ministack;
mod seaweedfs;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use ministack::Ministack;
pub use seaweedfs::SeaweedFs;

use crate::Missing;

/// How often a server is started on other ports before it counts as missing.
const ATTEMPTS: u32 = 3;

/// The shared `SeaweedFS`, started at the first call and ended with the run.
pub fn seaweedfs() -> Result<Arc<SeaweedFs>, Missing> {
    let start = || SeaweedFs::start().map(Arc::new);
    shared().seaweedfs.get_or_insert_with(start).clone()
}

/// The shared ministack, started at the first call and ended with the run.
pub fn ministack() -> Result<Arc<Ministack>, Missing> {
    let start = || Ministack::start("ministack").map(Arc::new);
    shared().ministack.get_or_insert_with(start).clone()
}

/// A ministack for one test alone, which ends when the value is dropped: for tests that use fixed names.
pub fn own_ministack() -> Result<Ministack, Missing> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    Ministack::start(&format!("ministack-own-{number}"))
}

/// Ends the servers of this run.
pub fn shut_down() {
    *shared() = Shared::default();
}

#[derive(Debug, Default)]
struct Shared {
    seaweedfs: Option<Result<Arc<SeaweedFs>, Missing>>,
    ministack: Option<Result<Arc<Ministack>, Missing>>,
}

static SHARED: Mutex<Shared> = Mutex::new(Shared {
    seaweedfs: None,
    ministack: None,
});

fn shared() -> MutexGuard<'static, Shared> {
    // A panic while a server starts leaves an entry out and nothing half-done.
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}
