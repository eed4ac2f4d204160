//! `state push`: another state in place of the one that is there.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::session::{Session, state_error};
use std::sync::Arc;
use trustform_state::snapshot::Snapshot;

/// Whether a state may take the place of another without being forced to: it has the same history and comes later in it.
pub fn pushable(stored: &Snapshot, given: &Snapshot) -> Result<(), Diagnostic> {
    let refused = |detail: String| {
        Err(Diagnostic::error(Code::State, detail)
            .with_summary("Failed to write state")
            .hint("To write it all the same: -force"))
    };
    if stored.lineage != given.lineage {
        return refused(format!(
            "cannot import state with lineage \"{}\" over unrelated state with lineage \"{}\"",
            given.lineage, stored.lineage
        ));
    }
    if given.serial < stored.serial {
        return refused(format!(
            "cannot import state with serial {} over newer state with serial {}",
            given.serial, stored.serial
        ));
    }
    if given.serial == stored.serial && !given.same_content(stored) {
        return refused(format!(
            "cannot overwrite existing state with serial {} with a different state that has the same serial",
            stored.serial
        ));
    }
    Ok(())
}

/// Writes a state as it is in place of the one that was read, under the session's lock.
pub async fn push(session: &mut Session, given: Snapshot, force: bool) -> Result<(), Diagnostics> {
    if !force && let Some(stored) = &session.recovered.snapshot {
        pushable(stored, &given)?;
        if given == **stored {
            return Ok(());
        }
    }
    let expected = session.recovered.version.as_ref();
    let version = session.backend.overwrite(&given, expected).await;
    session.recovered.version = Some(version.map_err(|error| state_error(&error))?);
    session.recovered.snapshot = Some(Arc::new(given));
    Ok(())
}
