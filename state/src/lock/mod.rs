//! Who holds a state, told in the words of Terraform's lock files, and what to say to the next one
//! who wants it.

#[cfg(test)]
mod tests;
mod waiting;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::backend::s3::S3Error;

pub use waiting::{Delays, lock_waiting};

/// The name of one locking of a state; whoever unlocks must give it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LockId(String);

impl LockId {
    /// Makes the id of a new lock.
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// The id as the lock file writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LockId {
    type Err = LockIdError;

    fn from_str(text: &str) -> Result<Self, LockIdError> {
        if text.is_empty() || text.chars().any(char::is_control) {
            Err(LockIdError)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for LockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is not a lock id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a lock id is a text of one line, as the message of a held lock shows it")]
pub struct LockIdError;

/// What a lock says about its holder.
///
/// The members and their spelling are those of Terraform, which reads and shows them too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LockInfo {
    /// Name of this locking.
    #[serde(rename = "ID")]
    pub id: LockId,
    /// What the holder is doing, as `OperationTypeApply`.
    #[serde(default)]
    pub operation: String,
    /// Whatever else the holder wanted to say.
    #[serde(default)]
    pub info: String,
    /// User and host, as `alice@laptop`.
    #[serde(default)]
    pub who: String,
    /// Version of the holder.
    #[serde(default)]
    pub version: String,
    /// When the lock was taken, in RFC 3339; set by the backend.
    #[serde(default)]
    pub created: String,
    /// Where the state is; set by the backend.
    #[serde(default)]
    pub path: String,
}

impl LockInfo {
    /// Describes a lock that this process is about to take, under a new id.
    pub fn new(operation: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            id: LockId::random(),
            operation: operation.into(),
            info: String::new(),
            who: crate::host::user_at_host(),
            version: version.into(),
            created: String::new(),
            path: String::new(),
        }
    }

    /// Sets what only the moment of locking knows: where, and when.
    #[must_use]
    pub(crate) fn taken_at(mut self, path: String) -> Self {
        self.path = path;
        self.created = crate::host::now();
        self
    }
}

impl fmt::Display for LockInfo {
    /// Says on one line who holds the lock, since when, and for what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |text: &str| !text.is_empty();
        let who = Some(self.who.as_str()).filter(|who| known(who));
        f.write_str(who.unwrap_or("someone"))?;
        if known(&self.created) {
            write!(f, " since {}", self.created)?;
        }
        if known(&self.operation) {
            write!(f, " for {}", self.operation)?;
        }
        write!(f, " (lock id {})", self.id)
    }
}

/// Why a state could not be locked or unlocked.
#[derive(Debug, Error)]
pub enum LockError {
    /// Somebody else holds the lock.
    #[error("{location} is locked by {}; {release}", holder(info.as_deref()))]
    Held {
        /// Where the state is.
        location: String,
        /// What the lock says about its holder; `None` when that cannot be read.
        info: Option<Box<LockInfo>>,
        /// What makes the lock go away.
        release: Release,
    },
    /// Nobody holds the lock, so it cannot be released.
    #[error("{location} is not locked")]
    NotHeld {
        /// Where the state is.
        location: String,
    },
    /// The lock has another id than the one given.
    #[error("{location} is locked under another id than {given}: by {info}")]
    OtherId {
        /// Where the state is.
        location: String,
        /// The id given.
        given: LockId,
        /// The lock that stands.
        info: Box<LockInfo>,
    },
    /// A request to S3 failed.
    #[error(transparent)]
    S3(#[from] Box<S3Error>),
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was being done, as "lock".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What makes a held lock go away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// The lock lasts as long as a process of this machine (or of another one that shares the
    /// folder); its number, where the system tells.
    EndOfProcess(Option<u32>),
    /// The lock stays until it is released under this id.
    ForceUnlock(LockId),
    /// The lock cannot be understood, and stays until this object is removed.
    Removal(String),
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfProcess(Some(process)) => write!(
                f,
                "wait for it with `-lock-timeout=5m`, or end process {process}, \
                 with which the lock ends"
            ),
            Self::EndOfProcess(None) => f.write_str(
                "wait for it with `-lock-timeout=5m`, or end the process that holds it, \
                 with which the lock ends",
            ),
            Self::ForceUnlock(id) => write!(
                f,
                "wait for it with `-lock-timeout=5m`, or if that run is dead: \
                 `trustform force-unlock {id}`"
            ),
            Self::Removal(location) => write!(
                f,
                "wait for it with `-lock-timeout=5m`, or once nobody works on the state: \
                 remove {location}"
            ),
        }
    }
}

fn holder(info: Option<&LockInfo>) -> String {
    info.map_or_else(
        || "another process, which left no word about itself".to_owned(),
        LockInfo::to_string,
    )
}
