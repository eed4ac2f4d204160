//! What the commands that change a state have in common: lock, change, keep the old one, write.

use super::{backend, no_state, unplaced};
use crate::cli::arguments::Editing;
use crate::cli::commands::interrupts::Listening;
use crate::cli::commands::{Context, block_on, lock_request};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{Failure, Session, commit};
use crate::source::write_private;
use std::path::PathBuf;
use std::sync::Arc;
use trustform_state::backend::Backend;
use trustform_state::backend::local::LocalBackend;
use trustform_state::snapshot::Snapshot;

/// Which copy of the old state is kept besides the backend's own. Only a local state has one, as in Terraform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::commands) enum Backup {
    /// The one that every write of the file makes, `terraform.tfstate.backup`.
    OfTheFile,
    /// One under a name of its own, that no later command overwrites.
    OfItsOwn,
}

/// Changes the state under its lock, by a function that returns the new state (none when nothing changes) and what to
/// print. The lock's note says what for.
pub(in crate::cli::commands) fn edit<F>(
    context: &Context,
    editing: &Editing,
    operation: &'static str,
    backup: Backup,
    change: F,
) -> Result<String, Failure>
where
    F: FnOnce(&Snapshot) -> Result<(Option<Snapshot>, String), Failure>,
{
    refused(editing)?;
    let backend = backed_up(context, editing, backup)?;
    let request = lock_request(context, &editing.locking, operation)?;
    block_on(async {
        let _listening = Listening::begin(&context.stop);
        let mut session = Session::open(backend, request).await.map_err(unplaced)?;
        let changed = changed(&mut session, editing, backup, change).await;
        let closing = session.close().await;
        match changed {
            Ok(text) if closing.is_empty() => Ok(text),
            Ok(_) => Err(unplaced(closing)),
            Err(failure) => Err(failure),
        }
    })?
}

async fn changed<F>(
    session: &mut Session,
    editing: &Editing,
    backup: Backup,
    change: F,
) -> Result<String, Failure>
where
    F: FnOnce(&Snapshot) -> Result<(Option<Snapshot>, String), Failure>,
{
    let Some(before) = session.recovered.snapshot.clone() else {
        return Err(no_state(session));
    };
    let (next, text) = change(&before)?;
    if let Some(next) = next {
        if backup == Backup::OfItsOwn && editing.backup.is_none() {
            keep(session, &before).map_err(unplaced)?;
        }
        commit(session, next).await.map_err(unplaced)?;
    }
    Ok(text)
}

/// The backend; where a file is named for the old state, one that writes it there.
fn backed_up(
    context: &Context,
    editing: &Editing,
    backup: Backup,
) -> Result<Arc<dyn Backend>, Failure> {
    let backend = backend(context, &editing.file)?;
    let Some(path) = &editing.backup else {
        return Ok(backend);
    };
    if !backend.is_local() {
        let detail = "`-backup` belongs to states in local files. A bucket keeps old states by its versions.";
        return Err(Failure::plain(Diagnostic::error(Code::Usage, detail)));
    }
    let none = path.as_os_str() == "-";
    if none && backup == Backup::OfItsOwn {
        let detail =
            "The backup of this command cannot be switched off; `-backup=FILE` says where it goes.";
        return Err(Failure::plain(Diagnostic::error(Code::Usage, detail)));
    }
    let local = LocalBackend::new(backend.location());
    Ok(Arc::new(local.with_backup((!none).then(|| path.clone()))))
}

/// Keeps a local state under a name that holds the time.
#[expect(
    clippy::disallowed_methods,
    reason = "the name of the backup tells when it was made"
)]
fn keep(session: &Session, before: &Snapshot) -> Result<(), Diagnostics> {
    if !session.backend.is_local() {
        return Ok(());
    }
    let problem =
        |error: &dyn std::fmt::Display| Diagnostic::error(Code::State, format!("{error}."));
    let bytes = trustform_state::format::write(before).map_err(|error| problem(&error))?;
    let location = session.backend.location();
    let named = |second: i64| PathBuf::from(format!("{location}.{second}.backup"));
    let now = jiff::Timestamp::now().as_second();
    // Two commands in one second each keep theirs.
    let path = (now..now + 1000)
        .map(named)
        .find(|path| !path.exists())
        .unwrap_or_else(|| named(now));
    write_private(&path, &bytes).map_err(|error| problem(&error.of_writing()).into())
}

fn refused(editing: &Editing) -> Result<(), Failure> {
    let name = match (&editing.state_out, &editing.backup_out) {
        (Some(_), _) => "-state-out",
        (None, Some(_)) => "-backup-out",
        (None, None) => return Ok(()),
    };
    let detail = format!("`{name}` is not supported: a command changes one state.");
    Err(Failure::plain(
        Diagnostic::error(Code::NotSupportedYet, detail).hint(
            "To move an object into another state: `state rm` here, and an `import` block there.",
        ),
    ))
}
