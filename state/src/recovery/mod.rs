//! State and journal together: what every command reads, and how a run ends so that it can be
//! killed between any two steps.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::backend::rescue::{NotWritten, write_or_rescue};
use crate::backend::{Backend, BackendError, Stored, Version};
use crate::journal::{
    Checkpoint, FoldError, JournalError, JournalWriter, Record, Unresolved, fold,
};
use crate::snapshot::{Snapshot, TerraformVersion};

/// The state as it is in truth: what is stored, and what an interrupted run has noted since.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovered {
    /// The state; `None` when there has never been one.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Which stored state it is based on, for the next write.
    pub version: Option<Version>,
    /// What an interrupted run has left; `None` when the last run ended well.
    pub leftover: Option<Leftover>,
}

/// What an interrupted run has left.
#[derive(Debug, Clone, PartialEq)]
pub struct Leftover {
    /// Name of the run.
    pub run: String,
    /// Whether it noted more than the stored state says.
    pub changed: bool,
    /// Operations of which no end was noted.
    pub unresolved: Vec<Unresolved>,
}

/// Why the state could not be read or brought up to date.
#[derive(Debug, Error)]
pub enum RecoveryError {
    /// Reading or writing the state failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Reading or writing the journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal belongs to something else than the state.
    #[error(
        "{source}; what the journal {journal} says is not in the state, \
         move it away once that is seen to"
    )]
    Fold {
        /// Where the journal is.
        journal: String,
        /// What does not fit.
        source: FoldError,
    },
}

/// Reads the state and takes a leftover journal into it, in memory only.
///
/// Every command begins with this; one that holds the lock goes on with [`settle`].
pub async fn read(backend: &dyn Backend) -> Result<Recovered, RecoveryError> {
    let stored = backend.read().await?;
    let Some(journal) = backend.read_journal().await? else {
        return Ok(Recovered::without_leftover(stored));
    };
    let version = stored.as_ref().map(|stored| stored.version.clone());
    let snapshot = stored.map(|stored| stored.snapshot);
    let never_stored = snapshot.is_none();
    let folded = fold(snapshot, &journal).map_err(|source| RecoveryError::Fold {
        journal: backend.journal_location(),
        source,
    })?;
    Ok(Recovered {
        snapshot: (folded.changed || !never_stored).then(|| Arc::new(folded.snapshot)),
        version,
        leftover: Some(Leftover {
            run: journal.manifest.run,
            changed: folded.changed,
            unresolved: folded.unresolved,
        }),
    })
}

/// Writes what a leftover journal says into the state, and removes the journal if nothing in it is
/// unresolved. The caller holds the lock.
///
/// A journal with unresolved operations stays, and is told of again, until the caller has looked
/// for their objects and removes it with [`Backend::remove_journal`].
pub async fn settle(
    backend: &dyn Backend,
    mut recovered: Recovered,
    tool: &TerraformVersion,
) -> Result<Recovered, RecoveryError> {
    let Some(leftover) = &mut recovered.leftover else {
        return Ok(recovered);
    };
    if let Some(snapshot) = recovered.snapshot.as_mut().filter(|_| leftover.changed) {
        let snapshot = Arc::make_mut(snapshot);
        snapshot.serial = snapshot.serial.next();
        snapshot.record_version(tool);
        let mut journal = backend.continue_journal().await?;
        journal.append(&[checkpoint(snapshot)]).await?;
        let version = backend.write(snapshot, recovered.version.as_ref()).await?;
        recovered.version = Some(version);
        leftover.changed = false;
    }
    if leftover.unresolved.is_empty() {
        backend.remove_journal().await?;
        recovered.leftover = None;
    }
    Ok(recovered)
}

/// Writes the state that a run has made and ends its journal.
///
/// `next` holds all that the journal says. Where the state cannot be written it goes to a file in
/// `directory`, and the journal stays, so that the next run catches up by itself.
pub async fn conclude(
    backend: &dyn Backend,
    journal: Box<dyn JournalWriter>,
    next: &Snapshot,
    expected: Option<&Version>,
    directory: &Path,
) -> Result<Version, ConcludeError> {
    let version = suspend(backend, journal, next, expected, directory).await?;
    backend.remove_journal().await?;
    Ok(version)
}

/// Writes the state that a run has made so far and leaves its journal, for a run that stops while
/// operations are under way.
pub async fn suspend(
    backend: &dyn Backend,
    mut journal: Box<dyn JournalWriter>,
    next: &Snapshot,
    expected: Option<&Version>,
    directory: &Path,
) -> Result<Version, NotWritten> {
    // Without the mark only a kill between the next two steps would be told as a conflict; a state
    // that is not written because the mark was not would be worse.
    let _unmarked = journal.append(&[checkpoint(next)]).await;
    write_or_rescue(backend, next, expected, directory).await
}

/// Why a run could not end as it should.
#[derive(Debug, Error)]
pub enum ConcludeError {
    /// The state was not written.
    #[error(transparent)]
    NotWritten(#[from] NotWritten),
    /// The state was written; the journal could not be removed, which the next run makes up for.
    #[error("the state is written, but {0}")]
    JournalStays(#[from] JournalError),
}

impl Recovered {
    fn without_leftover(stored: Option<Stored>) -> Self {
        let (snapshot, version) = stored
            .map(|stored| (Arc::new(stored.snapshot), stored.version))
            .unzip();
        Self {
            snapshot,
            version,
            leftover: None,
        }
    }
}

fn checkpoint(snapshot: &Snapshot) -> Record {
    Record::Checkpoint(Checkpoint {
        serial: snapshot.serial,
        digest: snapshot.digest(),
    })
}
