//! Writing the state that a command has made.

use super::session::{Session, tool_version};
use crate::apply::StateStore;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::Plan;
use std::path::Path;
use std::sync::Arc;
use trustform_state::backend::rescue::NotWritten;
use trustform_state::journal::JournalWriter;
use trustform_state::recovery::{ConcludeError, conclude};
use trustform_state::snapshot::Snapshot;

/// Writes the state with the moves made, before anything else is done: what the journal of the run says is about the new
/// addresses, and after an interrupt nothing may stand under both.
pub(super) async fn record_moves(
    session: &mut Session,
    snapshot: &mut Arc<Snapshot>,
    plan: &Plan,
) -> Result<(), Diagnostics> {
    let mut store = StateStore::open(snapshot.as_ref().clone());
    for change in &plan.changes {
        store.reattach(change);
    }
    written(session, store.close()).await?;
    *snapshot = session.snapshot();
    Ok(())
}

/// Writes a state that was made from the one that the session has read, without a run of operations.
pub(super) async fn written(
    session: &mut Session,
    mut snapshot: Snapshot,
) -> Result<(), Diagnostics> {
    snapshot.serial = snapshot.serial.next();
    if let Some(version) = tool_version() {
        snapshot.record_version(&version);
    }
    let expected = session.recovered.version.as_ref();
    let version = session.backend.write(&snapshot, expected).await;
    session.recovered.version = Some(version.map_err(|error| state_error(&error))?);
    session.recovered.snapshot = Some(Arc::new(snapshot));
    Ok(())
}

/// Writes the new state and ends the journal.
pub(super) async fn save(
    session: &mut Session,
    journal: Box<dyn JournalWriter>,
    next: Snapshot,
    rescue: &Path,
) -> Result<(), ConcludeError> {
    let expected = session.recovered.version.clone();
    let backend = session.backend.as_ref();
    let version = conclude(backend, journal, &next, expected.as_ref(), rescue).await?;
    session.recovered.version = Some(version);
    session.recovered.snapshot = Some(Arc::new(next));
    Ok(())
}

/// The problem of a new state that is not where it belongs. Its journal holds all of it, unless something is `unnoted`.
pub(super) fn not_saved(error: &ConcludeError, unnoted: bool) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(Code::State, format!("{error}.")).with_summary("Failed to save state");
    match error {
        ConcludeError::NotWritten(NotWritten::Rescued { path, .. }) if unnoted => {
            let hint = format!(
                "The journal lacks some of what was done. Once the cause is mended, before anything else: trustform state push {}",
                path.display()
            );
            diagnostic.hint(hint)
        }
        ConcludeError::NotWritten(NotWritten::Nowhere { .. }) if unnoted => diagnostic.hint(
            "The journal lacks some of what was done. Once the cause is mended, the next run takes in what it has, and tells \
             what is not known.",
        ),
        ConcludeError::NotWritten(_) | ConcludeError::JournalStays(_) => diagnostic
            .hint("Once the cause is mended, the next run takes the state in from its journal."),
    }
}

/// The snapshot to be written; `None` when nothing changed.
pub(super) fn next_snapshot(store: StateStore, before: &Snapshot) -> Option<Snapshot> {
    let mut next = store.close();
    if next.same_content(before) {
        return None;
    }
    next.serial = before.serial.next();
    if let Some(version) = tool_version() {
        next.record_version(&version);
    }
    Some(next)
}

/// The problem of a state or journal that cannot be read or written.
pub(super) fn state_error(error: &dyn std::fmt::Display) -> Diagnostics {
    Diagnostic::error(Code::State, format!("{error}.")).into()
}
