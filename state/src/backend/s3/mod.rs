//! A state in an object of S3, as Terraform keeps it: the same keys, the same lock object, and beside them our journal.
//!
//! Nothing here is atomic but one request, and one request is enough: a write names the entity tag of what it replaces
//! (`If-Match`), a lock is an object that must not exist yet (`If-None-Match: *`). See Amazon S3's "conditional
//! requests".

mod error;
mod journal;
mod locking;
mod objects;
mod settings;
mod storing;

use std::sync::Arc;

use async_trait::async_trait;

use self::objects::Objects;
use super::{Backend, BackendError, Stored, Version};
use crate::journal::{Journal, JournalError, JournalWriter, Manifest};
use crate::lock::{LockError, LockId, LockInfo};
use crate::snapshot::Snapshot;

pub use error::{S3Cause, S3Error};
pub use settings::{Encryption, S3Settings};

/// The name of the workspace that is always there.
pub const DEFAULT_WORKSPACE: &str = "default";

/// The states of one configuration in a bucket, one for each workspace.
#[derive(Debug, Clone)]
pub struct S3Store {
    objects: Objects,
}

impl S3Store {
    /// Keeps states as `settings` say, with the clients' region, credentials and transport from `config`.
    pub fn new(config: impl Into<aws_sdk_s3::config::Builder>, settings: S3Settings) -> Self {
        Self {
            objects: Objects::new(config.into(), Arc::new(settings)),
        }
    }

    /// The state of a workspace, which need not exist.
    pub fn backend(&self, workspace: &str) -> S3Backend {
        S3Backend {
            objects: self.objects.clone(),
            keys: Keys::of(&self.objects.settings().state_key(workspace)),
        }
    }

    /// The content of an object that is no state; `None` when there is none.
    ///
    /// # Errors
    /// It cannot be had, or has more than `limit` bytes; then nothing of it is read.
    pub async fn object(&self, key: &str, limit: usize) -> Result<Option<Vec<u8>>, Box<S3Error>> {
        let object = self.objects.get_within(key, limit).await?;
        Ok(object.map(|object| object.bytes))
    }

    /// The workspaces that have a state, in order, [`DEFAULT_WORKSPACE`] first whether it has one or not.
    pub async fn workspaces(&self) -> Result<Vec<String>, Box<S3Error>> {
        let settings = self.objects.settings();
        let keys = self.objects.list(&settings.workspaces_prefix()).await?;
        let mut names: Vec<String> = keys
            .iter()
            .filter_map(|key| settings.workspace_of(key))
            .map(str::to_owned)
            .collect();
        names.sort();
        names.insert(0, DEFAULT_WORKSPACE.to_owned());
        Ok(names)
    }

    /// Removes the state of a workspace, which the caller has locked.
    pub async fn remove(&self, workspace: &str) -> Result<(), Box<S3Error>> {
        let key = self.objects.settings().state_key(workspace);
        self.objects.delete(&key, None).await.map(|_| ())
    }
}

/// One state in a bucket.
#[derive(Debug, Clone)]
pub struct S3Backend {
    objects: Objects,
    keys: Keys,
}

/// The keys of one state.
#[derive(Debug, Clone)]
struct Keys {
    state: String,
    /// Terraform's name for it.
    lock: String,
    /// Where a journal begins; the rest of it lies under longer names.
    journal: String,
}

impl Keys {
    fn of(state: &str) -> Self {
        Self {
            state: state.to_owned(),
            lock: format!("{state}.tflock"),
            journal: format!("{state}.journal"),
        }
    }
}

#[async_trait]
impl Backend for S3Backend {
    fn location(&self) -> String {
        self.objects.location(&self.keys.state)
    }

    async fn read(&self) -> Result<Option<Stored>, BackendError> {
        storing::read(&self.objects, &self.keys.state).await
    }

    async fn write(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError> {
        storing::write(&self.objects, &self.keys.state, snapshot, expected).await
    }

    async fn overwrite(
        &self,
        snapshot: &Snapshot,
        expected: Option<&Version>,
    ) -> Result<Version, BackendError> {
        storing::overwrite(&self.objects, &self.keys.state, snapshot, expected).await
    }

    async fn lock(&self, info: LockInfo) -> Result<LockInfo, LockError> {
        locking::lock(&self.objects, &self.keys, info).await
    }

    async fn unlock(&self, id: &LockId) -> Result<(), LockError> {
        locking::unlock(&self.objects, &self.keys, id).await
    }

    async fn force_unlock(&self, id: &LockId) -> Result<(), LockError> {
        locking::unlock(&self.objects, &self.keys, id).await
    }

    fn journal_location(&self) -> String {
        self.objects.location(&self.keys.journal)
    }

    async fn begin_journal(
        &self,
        manifest: &Manifest,
    ) -> Result<Box<dyn JournalWriter>, JournalError> {
        journal::begin(&self.objects, &self.keys.journal, manifest).await
    }

    async fn continue_journal(&self) -> Result<Box<dyn JournalWriter>, JournalError> {
        journal::resume(&self.objects, &self.keys.journal).await
    }

    async fn read_journal(&self) -> Result<Option<Journal>, JournalError> {
        journal::read(&self.objects, &self.keys.journal).await
    }

    async fn remove_journal(&self) -> Result<(), JournalError> {
        journal::remove(&self.objects, &self.keys.journal).await
    }
}
