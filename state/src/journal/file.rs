//! A journal in a file: the manifest is written beside and renamed, so that it is there whole or
//! not at all; records are appended and synced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::{
    Journal, JournalError, JournalWriter, Manifest, Record, decode, encode_manifest, encode_records,
};
use crate::backend::local::disk;

/// A journal file that is being written, under the lock of its state.
#[derive(Debug)]
pub(crate) struct JournalFile {
    path: PathBuf,
    file: File,
    /// Length of what is durable.
    length: u64,
    broken: bool,
}

impl JournalFile {
    /// Writes the manifest and makes it durable.
    pub(crate) fn begin(path: &Path, manifest: &Manifest) -> Result<Self, JournalError> {
        if disk::exists(path).map_err(failed("look for", path))? {
            return Err(JournalError::LeftOver {
                location: path.display().to_string(),
            });
        }
        let head =
            encode_manifest(manifest).map_err(|error| failed("write", path)(error.into()))?;
        disk::replace(path, &head).map_err(failed("write", path))?;
        Self::open(path, head.len() as u64)
    }

    /// Opens a journal that an interrupted run has left, and drops what is torn at its end.
    pub(crate) fn resume(path: &Path) -> Result<Self, JournalError> {
        let location = path.display().to_string();
        let bytes = fs::read(path).map_err(failed("read", path))?;
        let torn = decode(&bytes, &location)?.torn_bytes;
        let journal = Self::open(path, (bytes.len() - torn) as u64)?;
        if torn > 0 {
            let cut = journal.file.set_len(journal.length);
            cut.map_err(failed("write", path))?;
        }
        Ok(journal)
    }

    fn open(path: &Path, length: u64) -> Result<Self, JournalError> {
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .map_err(failed("open", path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            length,
            broken: false,
        })
    }

    fn append_now(&mut self, lines: &[u8]) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken {
                location: self.path.display().to_string(),
            });
        }
        let written = self
            .file
            .write_all(lines)
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => self.length += lines.len() as u64,
            // Half a line in the middle would hide all that follows it.
            Err(_) => self.broken = self.file.set_len(self.length).is_err(),
        }
        written.map_err(failed("write", &self.path))
    }
}

#[async_trait]
impl JournalWriter for JournalFile {
    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        if records.is_empty() {
            return Ok(());
        }
        let lines =
            encode_records(records).map_err(|error| failed("write", &self.path)(error.into()))?;
        self.append_now(&lines)
    }
}

/// Reads a journal file; `None` when there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Journal>, JournalError> {
    disk::read(path)
        .map_err(failed("read", path))?
        .map(|bytes| decode(&bytes, &path.display().to_string()))
        .transpose()
}

/// Removes a journal file, durably.
pub(crate) fn remove(path: &Path) -> Result<(), JournalError> {
    if !disk::exists(path).map_err(failed("look for", path))? {
        return Ok(());
    }
    disk::remove(path)
        .and_then(|()| disk::sync_folder(path))
        .map_err(failed("remove", path))
}

/// Makes the error of an action on a file.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    move |source| JournalError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
