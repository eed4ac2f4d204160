//! The journal of a run: before its first call everything it is going to do, after each batch of
//! calls what came of them. A run that was killed has told all that the next one needs to go on.

mod encoding;
pub(crate) mod file;
mod fold;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::PathBuf;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::backend::s3::S3Error;
use crate::snapshot::{DeposedKey, InstanceState, Lineage, ObjectKey, ResourceKey, Serial};

pub(crate) use encoding::{decode, encode_manifest, encode_records};
pub use fold::{FoldError, Folded, Unresolved, carry_out, fold};

/// Everything a run is going to do, made durable before its first call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The state the run works on.
    pub lineage: Lineage,
    /// Serial of the state when the run began; 0 when there was none.
    pub serial: Serial,
    /// Name of the run; unique.
    pub run: String,
    /// Digest of the plan that is carried out.
    pub plan_digest: String,
    /// All operations; outcomes name them by their position.
    pub operations: Vec<Intent>,
}

/// One operation that a run is going to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The object it is done to.
    pub object: ObjectAddress,
    /// What is done.
    pub operation: OperationKind,
    /// What the object is found by remotely: a name, a namespace and a name, an id.
    pub identity: Value,
    /// Digest of the content the object will have, by which one that was made can be told from a
    /// stranger of the same name; `None` where nothing is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// What an operation does to the outside world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    /// Makes an object.
    Create,
    /// Changes an object.
    Update,
    /// Destroys an object.
    Delete,
}

/// One object of the state: its resource, and which object of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectAddress {
    /// The resource.
    pub resource: ResourceKey,
    /// Which object of the resource.
    pub key: ObjectKey,
}

impl fmt::Display for ObjectAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.resource, self.key)
    }
}

/// One thing a run notes while it works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// What came of an operation.
    Outcome(Outcome),
    /// The state that is about to be written holds everything noted so far.
    Checkpoint(Checkpoint),
}

/// What came of one operation, and what that means for the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Position of the operation in the manifest.
    pub operation: usize,
    /// Whether it is over, and how.
    pub status: OutcomeStatus,
    /// Changes to the state, in order. A failed operation may have some too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// How far an operation got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeStatus {
    /// The object exists, the operation is not over: a cluster that is being created.
    Running,
    /// Done as planned.
    Succeeded,
    /// Over, with this error.
    Failed(String),
    /// Never begun, for this reason.
    Skipped(String),
}

impl OutcomeStatus {
    /// Whether nothing more can come of the operation.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Running => false,
            Self::Succeeded | Self::Failed(_) | Self::Skipped(_) => true,
        }
    }
}

/// One change of the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The object is now this one; its keys are in it.
    Put {
        /// The resource.
        resource: ResourceKey,
        /// The provider configuration, as the state writes it.
        provider: String,
        /// The object.
        instance: Box<InstanceState>,
    },
    /// The object is gone.
    Remove(ObjectAddress),
    /// The current object was set aside under this key, to be destroyed later.
    Depose {
        /// The object, as it was addressed until then.
        object: ObjectAddress,
        /// The key it has from now on.
        key: DeposedKey,
    },
}

/// A mark that says which state holds everything noted before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Serial of that state.
    pub serial: Serial,
    /// Its [digest](crate::snapshot::Snapshot::digest), so that a state which somebody else wrote
    /// under the same serial is not mistaken for it.
    pub digest: String,
}

/// A journal as a run has left it.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// What the run was going to do.
    pub manifest: Manifest,
    /// What it noted, in order.
    pub records: Vec<Record>,
    /// Bytes after the last whole line, which an interrupted write has left; they say nothing.
    pub torn_bytes: usize,
}

/// A journal that is being written.
#[async_trait]
pub trait JournalWriter: Send + fmt::Debug {
    /// Notes a batch and makes it durable, at the cost of one sync however large it is.
    ///
    /// The cost depends on the batch alone, not on what was noted before.
    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError>;
}

/// Why a journal could not be written or read. Every variant names the place.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("cannot {action} the journal {}: {source}", path.display())]
    Io {
        /// What was being done, as "write".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A request to S3 failed.
    #[error(transparent)]
    S3(#[from] Box<S3Error>),
    /// What was to be noted cannot be written as JSON.
    #[error("cannot write the journal {location}: {reason}")]
    NotEncoded {
        /// Where the journal is.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A run that was interrupted has left a journal, which must be folded first.
    #[error("the journal {location} of an interrupted run is still there")]
    LeftOver {
        /// Where the journal is.
        location: String,
    },
    /// The first line is not a manifest.
    #[error("the journal {location} does not begin with a readable manifest: {reason}")]
    NoManifest {
        /// Where the journal is.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A whole line that is not understood.
    #[error("line {line} of the journal {location} is not understood: {reason}")]
    NotUnderstood {
        /// Where the journal is.
        location: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// An earlier write has failed and could not be undone, so nothing more can be noted.
    #[error("the journal {location} cannot be continued after a failed write")]
    Broken {
        /// Where the journal is.
        location: String,
    },
}
