//! Changing a state without planning: `state mv`, `state rm`, `taint` and their like. Pure functions from snapshots to
//! snapshots; [`commit`] writes what comes of them.

mod marking;
mod moving;
mod objects;
mod providing;
mod pushing;
mod removing;
#[cfg(test)]
mod tests;

pub use marking::{taint, untaint};
pub use moving::move_object;
pub use objects::{listed, matching};
pub use providing::replace_provider;
pub use pushing::{push, pushable};
pub use removing::remove_objects;

use super::session::{Session, state_error, tool_version};
use crate::diagnostic::Diagnostics;
use std::sync::Arc;
use trustform_state::snapshot::Snapshot;

/// Writes a changed state under the session's lock, as the one that follows what was read.
pub async fn commit(session: &mut Session, mut next: Snapshot) -> Result<(), Diagnostics> {
    let before = session.snapshot();
    if next.same_content(&before) {
        return Ok(());
    }
    next.serial = before.serial.next();
    if let Some(version) = tool_version() {
        next.record_version(&version);
    }
    let expected = session.recovered.version.as_ref();
    let version = session.backend.write(&next, expected).await;
    session.recovered.version = Some(version.map_err(|error| state_error(&error))?);
    session.recovered.snapshot = Some(Arc::new(next));
    Ok(())
}
