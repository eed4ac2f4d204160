//! Copying states from one backend to another: every workspace, under both locks, never over a state that is another
//! one or a later one. The source is left as it is.

use super::Failure;
use super::failures::backend_failed;
use super::initialise::InitRequest;
use super::workspaces::create;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::session::{LockRequest, Session};
use crate::source::SourceMap;
use trustform_state::backend::Store;
use trustform_state::backend::s3::DEFAULT_WORKSPACE;
use trustform_state::snapshot::Snapshot;

/// From where to where.
pub(super) struct Migration<'a> {
    pub(super) from: &'a Store,
    pub(super) to: &'a Store,
    /// The types of both.
    pub(super) types: (&'a str, &'a str),
    pub(super) init: &'a InitRequest<'a>,
    /// Whether the project had no backend before, so that "no" means to begin anew.
    pub(super) first: bool,
}

/// Copies what is there; tells the workspaces that were copied.
pub(super) async fn states(migration: &Migration<'_>) -> Result<Vec<String>, Failure> {
    let names = wanted(migration).await.map_err(plain)?;
    let Some(question) = question(migration, &names) else {
        return Ok(Vec::new());
    };
    if !(migration.init.ask)(&question)? {
        if migration.first {
            return Ok(Vec::new());
        }
        let detail = "Nothing was copied, and the recorded backend stays in use.";
        let diagnostic = Diagnostic::error(Code::Backend, detail)
            .with_summary("Migration aborted by user")
            .hint("To use the new backend as it is: trustform init -reconfigure");
        return Err(Failure::plain(diagnostic));
    }
    for name in &names {
        copy(migration, name).await.map_err(plain)?;
    }
    Ok(names)
}

/// The workspaces that have something to copy.
async fn wanted(migration: &Migration<'_>) -> Result<Vec<String>, Diagnostics> {
    let names = migration.from.workspaces().await;
    let mut wanted = Vec::new();
    for name in names.map_err(|error| backend_failed(&error))? {
        let session = Session::look(migration.from.backend(&name)).await?;
        let is_empty = session.recovered.snapshot.as_deref().is_none_or(is_empty);
        if name != DEFAULT_WORKSPACE || !is_empty {
            wanted.push(name);
        }
    }
    Ok(wanted)
}

fn question(migration: &Migration<'_>, names: &[String]) -> Option<String> {
    let (from, to) = migration.types;
    match names {
        [] => None,
        [only] if only == DEFAULT_WORKSPACE => Some(format!(
            "Do you want to copy existing state to the new backend?\n  Pre-existing state was found in the \"{from}\" \
             backend. It can be copied to the \"{to}\" backend."
        )),
        many => Some(format!(
            "Do you want to migrate all workspaces to \"{to}\"?\n  These workspaces of the \"{from}\" backend would be \
             copied: {}.",
            many.join(", ")
        )),
    }
}

/// Copies the state of one workspace, under the locks of both.
async fn copy(migration: &Migration<'_>, name: &str) -> Result<(), Diagnostics> {
    let lock = |operation| LockRequest {
        operation,
        ..migration.init.lock.clone()
    };
    let source = migration.from.backend(name);
    let from = Session::open(source, lock("migration source state")).await?;
    let copied = match &from.recovered.snapshot {
        None => create(migration.to, name, None, &migration.init.lock).await,
        Some(snapshot) => {
            let target = migration.to.backend(name);
            match Session::open(target, lock("migration destination state")).await {
                Ok(to) => {
                    let written = write(&to, snapshot, name).await;
                    with(written, to.close().await)
                }
                Err(diagnostics) => Err(diagnostics),
            }
        }
    };
    with(copied, from.close().await)
}

/// Writes a state over an empty or an earlier one.
async fn write(to: &Session, snapshot: &Snapshot, name: &str) -> Result<(), Diagnostics> {
    let mut next = snapshot.clone();
    if let Some(there) = &to.recovered.snapshot {
        if there.lineage == next.lineage && there.same_content(&next) {
            return Ok(());
        }
        if is_empty(there) {
            // A workspace that was only just made: what is copied into it follows it.
            next.lineage = there.lineage.clone();
            next.serial = next.serial.max(there.serial).next();
        } else if there.lineage != next.lineage || there.serial >= next.serial {
            return Err(occupied(to, name));
        }
    }
    let written = to.backend.write(&next, to.recovered.version.as_ref()).await;
    written.map(|_| ()).map_err(|error| backend_failed(&error))
}

fn occupied(to: &Session, name: &str) -> Diagnostics {
    let detail = format!(
        "The workspace \"{name}\" has a state in {} already, which is not an earlier version of the one to be copied. \
         Nothing was overwritten.",
        to.backend.location()
    );
    Diagnostic::error(Code::State, detail)
        .with_summary("State exists in the new backend")
        .hint("Look at both; then remove the one that is not wanted, or keep the one there: trustform init -reconfigure")
        .into()
}

/// Whether a state says nothing that would be missed.
fn is_empty(snapshot: &Snapshot) -> bool {
    snapshot.resources.is_empty() && snapshot.outputs.is_empty()
}

/// A result, and what releasing the lock brought up.
fn with(result: Result<(), Diagnostics>, closing: Diagnostics) -> Result<(), Diagnostics> {
    match result {
        Ok(()) if !closing.has_errors() => Ok(()),
        Ok(()) => Err(closing),
        Err(mut diagnostics) => {
            diagnostics.extend(closing);
            Err(diagnostics)
        }
    }
}

fn plain(diagnostics: Diagnostics) -> Failure {
    Failure {
        diagnostics,
        sources: SourceMap::default(),
    }
}
