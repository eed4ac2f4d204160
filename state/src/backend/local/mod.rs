//! A state in a file of this machine, beside it a backup, a lock and a journal; Terraform and
//! trustform exclude each other here.

pub(crate) mod disk;
mod file;
mod locking;
mod paths;
mod storing;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use self::file::LockedFile;
use self::paths::Paths;
use super::{Backend, BackendError, Stored, Version};
use crate::journal::file::{self as file_journal, JournalFile};
use crate::journal::{Journal, JournalError, JournalWriter, Manifest};
use crate::lock::{LockError, LockId, LockInfo};
use crate::snapshot::Snapshot;

/// A state in a local file, by default `terraform.tfstate`.
///
/// All methods block the calling thread while they read, write and sync files. New files are
/// readable by their owner only. A lock that is still held is released on drop. Several backends of one process may name the same file; one of
/// them can hold the lock. Whoever reads the file by other means in the process that holds the
/// lock loses the lock: `fcntl` locks end when any descriptor of the file is closed.
#[derive(Debug)]
pub struct LocalBackend {
    paths: Paths,
    held: Mutex<Hold>,
}

/// What changes while a backend is used.
#[derive(Debug, Default)]
struct Hold {
    lock: Option<(LockedFile, LockInfo)>,
    /// Whether the backup of this run is made; Terraform makes one before the first change.
    backed_up: bool,
}

impl LocalBackend {
    /// Keeps the state in `path`, and what it was before a run in `path` with `.backup` after it.
    ///
    /// The state of a workspace is in `terraform.tfstate.d/<name>/terraform.tfstate`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            paths: Paths::of(path.into()),
            held: Mutex::default(),
        }
    }

    /// Keeps the backup in another file, or none at all.
    #[must_use]
    pub fn with_backup(mut self, path: Option<PathBuf>) -> Self {
        self.paths.backup = path;
        self
    }

    /// The state file.
    pub fn path(&self) -> &Path {
        &self.paths.state
    }

    fn hold(&self) -> MutexGuard<'_, Hold> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LocalBackend {
    /// Releases a lock that is still held, so that a run which gives up leaves no note about itself.
    fn drop(&mut self) {
        let hold = self.held.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = hold.lock.as_ref().map(|(_, info)| info.id.clone()) {
            // Nobody is left to be told; the lock itself ends with the process in any case.
            let _untold = locking::unlock(&self.paths, hold, &id);
        }
    }
}

#[async_trait]
impl Backend for LocalBackend {
    fn location(&self) -> String {
        self.paths.state.display().to_string()
    }

    fn is_local(&self) -> bool {
        true
    }

    async fn read(&self) -> Result<Option<Stored>, BackendError> {
        let _hold = self.hold();
        storing::read(&self.paths)
    }

    async fn write(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError> {
        storing::write(&self.paths, &mut self.hold(), snapshot, expected)
    }

    async fn overwrite(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError> {
        storing::overwrite_any(&self.paths, &mut self.hold(), snapshot, expected)
    }

    async fn lock(&self, info: LockInfo) -> Result<LockInfo, LockError> {
        locking::lock(&self.paths, &mut self.hold(), info)
    }

    async fn unlock(&self, id: &LockId) -> Result<(), LockError> {
        locking::unlock(&self.paths, &mut self.hold(), id)
    }

    async fn force_unlock(&self, id: &LockId) -> Result<(), LockError> {
        let _hold = self.hold();
        locking::force_unlock(&self.paths, id)
    }

    fn journal_location(&self) -> String {
        self.paths.journal.display().to_string()
    }

    async fn begin_journal(
        &self,
        manifest: &Manifest,
    ) -> Result<Box<dyn JournalWriter>, JournalError> {
        Ok(Box::new(JournalFile::begin(&self.paths.journal, manifest)?))
    }

    async fn continue_journal(&self) -> Result<Box<dyn JournalWriter>, JournalError> {
        Ok(Box::new(JournalFile::resume(&self.paths.journal)?))
    }

    async fn read_journal(&self) -> Result<Option<Journal>, JournalError> {
        file_journal::read(&self.paths.journal)
    }

    async fn remove_journal(&self) -> Result<(), JournalError> {
        file_journal::remove(&self.paths.journal)
    }
}
