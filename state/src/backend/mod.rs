//! Where a state is kept. A backend reads it, replaces it only if nobody else has meanwhile, locks
//! it, and keeps the journal beside it.

pub mod local;
pub mod memory;
pub mod rescue;
pub mod s3;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::PathBuf;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use thiserror::Error;

pub use store::{LocalStore, Store};

use crate::format::{self, FormatError};
use crate::journal::{Journal, JournalError, JournalWriter, Manifest};
use crate::lock::{LockError, LockId, LockInfo};
use crate::snapshot::{Lineage, Serial, Snapshot};

/// A place that keeps one state.
///
/// The methods are asynchronous because a state may be far away. The local backend blocks the
/// calling thread while it writes and syncs a file, for milliseconds; none needs a certain runtime.
#[async_trait]
pub trait Backend: fmt::Debug + Send + Sync {
    /// Where the state is, for messages.
    fn location(&self) -> String;

    /// Whether the location is a file on this machine.
    fn is_local(&self) -> bool {
        false
    }

    /// Reads the state; `None` when nothing has been written yet.
    async fn read(&self) -> Result<Option<Stored>, BackendError>;

    /// Replaces the state, if it is still the one that was read as `expected` (`None`: no state).
    ///
    /// A write of other content needs a greater serial than the stored one and the same lineage.
    /// A failed write leaves either the old or the new state readable.
    async fn write(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError>;

    /// Replaces the state by any other, of another lineage or an earlier serial too, if it is still the one that was
    /// read as `expected`. For a person who knows better (`state push -force`).
    async fn overwrite(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError>;

    /// Locks the state once, without waiting; gives back the lock as it was written.
    ///
    /// [`lock_waiting`](crate::lock::lock_waiting) waits for another holder.
    async fn lock(&self, info: LockInfo) -> Result<LockInfo, LockError>;

    /// Releases the lock that this backend took under this id.
    async fn unlock(&self, id: &LockId) -> Result<(), LockError>;

    /// Removes what a dead process left of its lock, if that has this id.
    async fn force_unlock(&self, id: &LockId) -> Result<(), LockError>;

    /// Where the journal is, for messages.
    fn journal_location(&self) -> String;

    /// Makes the intents of a run durable, before its first call.
    ///
    /// An existing journal is never overwritten: it must be folded and removed first.
    async fn begin_journal(
        &self,
        manifest: &Manifest,
    ) -> Result<Box<dyn JournalWriter>, JournalError>;

    /// Opens the journal that a run has left, to note more in it.
    async fn continue_journal(&self) -> Result<Box<dyn JournalWriter>, JournalError>;

    /// Reads the journal that a run has left; `None` when the last run finished.
    async fn read_journal(&self) -> Result<Option<Journal>, JournalError>;

    /// Removes the journal, once the state holds all that it says.
    async fn remove_journal(&self) -> Result<(), JournalError>;
}

/// A state as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// What it says.
    pub snapshot: Snapshot,
    /// Which writing of it was read.
    pub version: Version,
}

/// The token of one writing of a state, to be compared and shown back to the backend, not looked
/// into: a digest of the bytes for a file, an entity tag elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// The token of a file with these bytes.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self(digest(bytes))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a state could not be read or written. Every variant names the place.
#[derive(Debug, Error)]
pub enum BackendError {
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was being done, as "write".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What is stored, or what was to be stored, is not a state.
    #[error("{location}: {source}")]
    Format {
        /// Where the state is.
        location: String,
        /// What is wrong with it.
        source: FormatError,
    },
    /// Somebody else has written the state since it was read.
    #[error("{location} has changed since it was read: it {}", now_at(*stored))]
    Stale {
        /// Where the state is.
        location: String,
        /// Serial that is stored now; `None` when the state is gone.
        stored: Option<Serial>,
    },
    /// The state there belongs to something else.
    #[error("{location} is another state: its lineage is `{stored}`, not `{given}`")]
    OtherLineage {
        /// Where the state is.
        location: String,
        /// Lineage that is stored.
        stored: Lineage,
        /// Lineage that was to be written.
        given: Lineage,
    },
    /// The state to be written is not a later one.
    #[error("{location} is at serial {stored}; a state with serial {given} does not follow it")]
    NotNewer {
        /// Where the state is.
        location: String,
        /// Serial that is stored.
        stored: Serial,
        /// Serial that was to be written.
        given: Serial,
    },
    /// A request to S3 failed.
    #[error(transparent)]
    S3(#[from] Box<s3::S3Error>),
    /// The locked file is no longer the file at its path.
    #[error("{} was removed or replaced while it was locked", path.display())]
    Replaced {
        /// The file.
        path: PathBuf,
    },
}

/// Hexadecimal SHA-256 of `bytes`.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text cannot fail.
            let _infallible = write!(text, "{byte:02x}");
            text
        })
}

/// Decides whether `next` may be written over `stored`, of which the writer has seen `expected`.
fn check_succession(
    location: &str,
    stored: Option<&Stored>,
    expected: Option<&Version>,
    next: &Snapshot,
) -> Result<(), BackendError> {
    check_expected(location, stored, expected)?;
    let location = || location.to_owned();
    let Some(stored) = stored.map(|stored| &stored.snapshot) else {
        return Ok(());
    };
    if stored.lineage != next.lineage {
        return Err(BackendError::OtherLineage {
            location: location(),
            stored: stored.lineage.clone(),
            given: next.lineage.clone(),
        });
    }
    if next.serial > stored.serial || next == stored {
        return Ok(());
    }
    Err(BackendError::NotNewer {
        location: location(),
        stored: stored.serial,
        given: next.serial,
    })
}

/// Decides whether `stored` is still what the writer has seen as `expected`.
fn check_expected(
    location: &str,
    stored: Option<&Stored>,
    expected: Option<&Version>,
) -> Result<(), BackendError> {
    if stored.map(|stored| &stored.version) == expected {
        return Ok(());
    }
    Err(BackendError::Stale {
        location: location.to_owned(),
        stored: stored.map(|stored| stored.snapshot.serial),
    })
}

/// Encodes a snapshot; the error names where it was to go.
fn encoded(location: &str, snapshot: &Snapshot) -> Result<Vec<u8>, BackendError> {
    format::write(snapshot).map_err(|source| BackendError::Format {
        location: location.to_owned(),
        source,
    })
}

fn now_at(stored: Option<Serial>) -> String {
    stored.map_or_else(
        || "is gone".to_owned(),
        |serial| format!("is at serial {serial}"),
    )
}
