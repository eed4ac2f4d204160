//! The last resort of a write: a state that its backend does not take is written to a file that
//! people can find, so that nothing a run has done is forgotten.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use thiserror::Error;
use uuid::Uuid;

use super::{Backend, BackendError, Version};
use crate::format;
use crate::snapshot::Snapshot;

/// Writes the state; where the backend fails, writes it aside instead and says where.
///
/// The place is `errored.tfstate` in `directory`, as with Terraform, or `errored.1.tfstate` and so
/// on when an earlier one is still there, or else a file of the system's folder for temporary
/// files. It is readable by its owner only.
pub async fn write_or_rescue(
    backend: &dyn Backend,
    snapshot: &Snapshot,
    expected: Option<&Version>,
    directory: &Path,
) -> Result<Version, NotWritten> {
    match backend.write(snapshot, expected).await {
        Ok(version) => Ok(version),
        Err(cause) => Err(rescued(snapshot, directory, cause)),
    }
}

/// A state that its backend did not take.
#[derive(Debug, Error)]
pub enum NotWritten {
    /// It is in another file.
    #[error("{cause}; the new state is in {}", path.display())]
    Rescued {
        /// Why the backend failed.
        #[source]
        cause: BackendError,
        /// Where the state is now.
        path: PathBuf,
    },
    /// No other place took it either.
    #[error(
        "{cause}; the new state could not be written elsewhere either:{}",
        Attempts(attempts)
    )]
    Nowhere {
        /// Why the backend failed.
        #[source]
        cause: BackendError,
        /// What was tried, and what the system said.
        attempts: Vec<(PathBuf, io::Error)>,
    },
}

fn rescued(snapshot: &Snapshot, directory: &Path, cause: BackendError) -> NotWritten {
    let bytes = match format::write(snapshot) {
        Ok(bytes) => bytes,
        Err(error) => {
            let attempts = vec![(directory.to_owned(), io::Error::other(error))];
            return NotWritten::Nowhere { cause, attempts };
        }
    };
    match write_beside(directory, &bytes) {
        Ok(path) => NotWritten::Rescued { cause, path },
        Err(attempts) => NotWritten::Nowhere { cause, attempts },
    }
}

/// Writes the first file that can be written, and says which.
fn write_beside(directory: &Path, bytes: &[u8]) -> Result<PathBuf, Vec<(PathBuf, io::Error)>> {
    let numbered = (1..10).map(|number| format!("errored.{number}.tfstate"));
    let mut attempts = Vec::new();
    for name in std::iter::once("errored.tfstate".to_owned()).chain(numbered) {
        let path = directory.join(name);
        match write_new(&path, bytes) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                attempts.push((path, error));
                break;
            }
        }
    }
    let path = std::env::temp_dir().join(format!("errored-{}.tfstate", Uuid::new_v4()));
    match write_new(&path, bytes) {
        Ok(()) => Ok(path),
        Err(error) => {
            attempts.push((path, error));
            Err(attempts)
        }
    }
}

/// Writes a file that must not exist yet, durably; leaves nothing behind when that fails.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // What matters is the first error; a file cut off in the middle helps nobody.
        let _ignored = std::fs::remove_file(path);
    }
    written
}

struct Attempts<'a>(&'a [(PathBuf, io::Error)]);

impl fmt::Display for Attempts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (path, error)) in self.0.iter().enumerate() {
            let separator = if number == 0 { " " } else { ", " };
            write!(f, "{separator}{}: {error}", path.display())?;
        }
        Ok(())
    }
}
