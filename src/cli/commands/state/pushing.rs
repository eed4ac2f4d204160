//! `state pull` and `state push`

use super::{backend, looked_at, unplaced};
use crate::cli::arguments::{PushArguments, StateFile};
use crate::cli::commands::interrupts::Listening;
use crate::cli::commands::{Context, block_on, lock_request};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{self, Failure, Session};
use std::io::Read as _;
use std::path::Path;
use trustform_state::snapshot::Snapshot;

/// The state as it is stored; nothing when there is none.
pub(super) fn pull(context: &Context) -> Result<String, Failure> {
    let session = looked_at(context, &StateFile { state: None })?;
    let Some(snapshot) = &session.recovered.snapshot else {
        return Ok(String::new());
    };
    let bytes = trustform_state::format::write(snapshot).map_err(|error| problem(&error))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

pub(super) fn push(context: &Context, arguments: &PushArguments) -> Result<String, Failure> {
    let given = given(&arguments.path)?;
    let backend = backend(context, &StateFile { state: None })?;
    let request = lock_request(context, &arguments.locking, "state-push")?;
    block_on(async {
        let _listening = Listening::begin(&context.stop);
        let mut session = Session::open(backend, request).await.map_err(unplaced)?;
        let pushed = engine::push(&mut session, given, arguments.force).await;
        let closing = session.close().await;
        pushed.map_err(unplaced)?;
        if closing.is_empty() {
            Ok(String::new())
        } else {
            Err(unplaced(closing))
        }
    })?
}

fn given(path: &Path) -> Result<Snapshot, Failure> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| unreadable(path, &error))?;
        bytes
    } else {
        crate::source::read_bytes(path).map_err(|error| unreadable(path, &error.cause))?
    };
    let parsed =
        trustform_state::format::parse(&bytes).map_err(|error| unreadable(path, &error))?;
    parsed.ok_or_else(|| unreadable(path, &"it is empty"))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    let detail = format!("The state {} cannot be read: {error}.", path.display());
    Failure::plain(
        Diagnostic::error(Code::State, detail).with_summary("Error reading source state"),
    )
}

fn problem(error: &dyn std::fmt::Display) -> Failure {
    Failure::plain(Diagnostic::error(Code::State, format!("{error}.")))
}
