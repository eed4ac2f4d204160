//! `state`: looking at the state, and changing it without planning.

mod editing;
mod listing;
mod moving;
mod pushing;
mod removing;
mod replacing;
mod showing;

pub(super) use editing::{Backup, edit};

use super::{Context, block_on};
use crate::cli::ExitCode;
use crate::cli::arguments::{StateArguments, StateCommand, StateFile};
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, Session};
use std::sync::Arc;
use trustform_state::backend::Backend;
use trustform_state::backend::local::LocalBackend;
use trustform_state::snapshot::Snapshot;

pub(crate) fn run(context: &Context, arguments: &StateArguments) -> ExitCode {
    let terminal = context.terminal;
    let shown = match &arguments.command {
        StateCommand::List(arguments) => listing::run(context, arguments),
        StateCommand::Show(arguments) => showing::run(context, arguments),
        StateCommand::Mv(arguments) => moving::run(context, arguments),
        StateCommand::Rm(arguments) => removing::run(context, arguments),
        StateCommand::Pull => pushing::pull(context),
        StateCommand::Push(arguments) => pushing::push(context, arguments),
        StateCommand::ReplaceProvider(arguments) => replacing::run(context, arguments),
    };
    match shown {
        Ok(text) => {
            if !text.is_empty() {
                view::print(&text);
            }
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

/// Where the state is: the file that was named, else what the configuration says. Without any configuration it is the
/// local file, so that these commands work in a directory that holds nothing but a state.
fn backend(context: &Context, file: &StateFile) -> Result<Arc<dyn Backend>, Failure> {
    if let Some(path) = &file.state {
        return Ok(Arc::new(LocalBackend::new(path)));
    }
    let (configuration, _) = context.project.load()?;
    context.backend(&configuration)
}

/// The state as it is; it must exist.
fn snapshot(context: &Context, file: &StateFile) -> Result<Arc<Snapshot>, Failure> {
    let session = looked_at(context, file)?;
    session
        .recovered
        .snapshot
        .clone()
        .ok_or_else(|| no_state(&session))
}

pub(super) fn looked_at(context: &Context, file: &StateFile) -> Result<Session, Failure> {
    block_on(Session::look(backend(context, file)?))?.map_err(unplaced)
}

fn no_state(session: &Session) -> Failure {
    let detail = format!(
        "There is no state at {}: nothing has been applied here yet.",
        session.backend.location()
    );
    Failure::plain(Diagnostic::error(Code::State, detail).with_summary("No state file was found"))
}

/// Problems that have no place in a file.
fn unplaced(diagnostics: crate::diagnostic::Diagnostics) -> Failure {
    Failure::new(diagnostics, &crate::source::SourceMap::default())
}
