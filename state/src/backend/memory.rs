//! A state in memory, for tests and for runs that keep nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Backend, BackendError, Stored, Version, check_expected, check_succession, encoded};
use crate::format;
use crate::journal::{
    Journal, JournalError, JournalWriter, Manifest, Record, decode, encode_manifest, encode_records,
};
use crate::lock::{LockError, LockId, LockInfo, Release};
use crate::snapshot::Snapshot;

const LOCATION: &str = "the state in memory";

/// A state in memory; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryBackend {
    content: Arc<Mutex<Content>>,
}

/// What is kept, encoded as a file would be.
#[derive(Debug, Default)]
struct Content {
    state: Option<Vec<u8>>,
    journal: Option<Vec<u8>>,
    lock: Option<LockInfo>,
}

impl MemoryBackend {
    /// Holds no state yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        locked(&self.content)
    }
}

fn locked(content: &Mutex<Content>) -> MutexGuard<'_, Content> {
    content.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Content {
    fn stored(&self) -> Result<Option<Stored>, BackendError> {
        let Some(bytes) = &self.state else {
            return Ok(None);
        };
        let snapshot = format::parse(bytes).map_err(|source| BackendError::Format {
            location: LOCATION.to_owned(),
            source,
        })?;
        Ok(snapshot.map(|snapshot| Stored {
            snapshot,
            version: Version::of_bytes(bytes),
        }))
    }

    fn lock_under(&self, id: &LockId) -> Result<(), LockError> {
        match &self.lock {
            None => Err(LockError::NotHeld {
                location: LOCATION.to_owned(),
            }),
            Some(info) if info.id != *id => Err(LockError::OtherId {
                location: LOCATION.to_owned(),
                given: id.clone(),
                info: Box::new(info.clone()),
            }),
            Some(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Backend for MemoryBackend {
    fn location(&self) -> String {
        LOCATION.to_owned()
    }

    async fn read(&self) -> Result<Option<Stored>, BackendError> {
        self.content().stored()
    }

    async fn write(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError> {
        let mut content = self.content();
        check_succession(LOCATION, content.stored()?.as_ref(), expected, snapshot)?;
        let bytes = encoded(LOCATION, snapshot)?;
        let version = Version::of_bytes(&bytes);
        content.state = Some(bytes);
        Ok(version)
    }

    async fn overwrite(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError> {
        let mut content = self.content();
        check_expected(LOCATION, content.stored()?.as_ref(), expected)?;
        let bytes = encoded(LOCATION, snapshot)?;
        let version = Version::of_bytes(&bytes);
        content.state = Some(bytes);
        Ok(version)
    }

    async fn lock(&self, info: LockInfo) -> Result<LockInfo, LockError> {
        let mut content = self.content();
        if let Some(held) = &content.lock {
            return Err(LockError::Held {
                location: LOCATION.to_owned(),
                info: Some(Box::new(held.clone())),
                release: Release::ForceUnlock(held.id.clone()),
            });
        }
        let info = info.taken_at(String::new());
        content.lock = Some(info.clone());
        Ok(info)
    }

    async fn unlock(&self, id: &LockId) -> Result<(), LockError> {
        let mut content = self.content();
        content.lock_under(id)?;
        content.lock = None;
        Ok(())
    }

    async fn force_unlock(&self, id: &LockId) -> Result<(), LockError> {
        self.unlock(id).await
    }

    fn journal_location(&self) -> String {
        "the journal in memory".to_owned()
    }

    async fn begin_journal(
        &self,
        manifest: &Manifest,
    ) -> Result<Box<dyn JournalWriter>, JournalError> {
        let mut content = self.content();
        if content.journal.is_some() {
            return Err(JournalError::LeftOver {
                location: LOCATION.to_owned(),
            });
        }
        content.journal = Some(encode_manifest(manifest).map_err(not_encoded)?);
        Ok(Box::new(MemoryJournal {
            content: Arc::clone(&self.content),
        }))
    }

    async fn continue_journal(&self) -> Result<Box<dyn JournalWriter>, JournalError> {
        Ok(Box::new(MemoryJournal {
            content: Arc::clone(&self.content),
        }))
    }

    async fn read_journal(&self) -> Result<Option<Journal>, JournalError> {
        let content = self.content();
        let bytes = content.journal.as_deref();
        bytes.map(|bytes| decode(bytes, LOCATION)).transpose()
    }

    async fn remove_journal(&self) -> Result<(), JournalError> {
        self.content().journal = None;
        Ok(())
    }
}

/// A journal in memory that is being written.
#[derive(Debug)]
struct MemoryJournal {
    content: Arc<Mutex<Content>>,
}

#[async_trait]
impl JournalWriter for MemoryJournal {
    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        let lines = encode_records(records).map_err(not_encoded)?;
        match &mut locked(&self.content).journal {
            Some(journal) => journal.extend_from_slice(&lines),
            None => {
                return Err(JournalError::Broken {
                    location: LOCATION.to_owned(),
                });
            }
        }
        Ok(())
    }
}

fn not_encoded(error: serde_json::Error) -> JournalError {
    JournalError::Io {
        action: "write",
        path: LOCATION.into(),
        source: error.into(),
    }
}
