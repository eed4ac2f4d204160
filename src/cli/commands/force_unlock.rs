//! `force-unlock`

use super::{Context, block_on};
use crate::cli::ExitCode;
use crate::cli::arguments::ForceUnlockArguments;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, located, open, unlocking_failed};
use trustform_state::lock::LockId;

pub(crate) fn run(context: &Context, arguments: &ForceUnlockArguments) -> ExitCode {
    let terminal = context.terminal;
    match unlocked(context, arguments) {
        Ok(true) => {
            view::print("The state has been unlocked, and others can lock it now.");
            ExitCode::Success
        }
        Ok(false) => {
            view::print("force-unlock cancelled.");
            ExitCode::Problem
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

/// Releases the lock; `false` when that was not confirmed.
fn unlocked(context: &Context, arguments: &ForceUnlockArguments) -> Result<bool, Failure> {
    let usage = |detail: String| Failure::plain(Diagnostic::error(Code::Usage, detail));
    let id: LockId = arguments
        .id
        .parse()
        .map_err(|error| usage(format!("{error}.")))?;
    let (configuration, _) = context.project.load()?;
    if !arguments.force {
        if !context.terminal.interactive {
            let detail = "There is nobody to confirm it: standard input is not a terminal.";
            let diagnostic = Diagnostic::error(Code::Usage, detail);
            return Err(Failure::plain(
                diagnostic.hint("To unlock without asking: -force"),
            ));
        }
        let question = "Do you really want to force-unlock?\n  The lock on the state is removed, and another run can begin \
                        although the one that holds it may still be at work.\n  Only \"yes\" will be accepted to confirm.";
        if !view::asks(question).map_err(|error| usage(format!("Cannot ask: {error}.")))? {
            return Ok(false);
        }
    }
    block_on(async {
        let backend = open(&context.project, &configuration, &context.reach()?).await?;
        let unlocked = backend.force_unlock(&id).await;
        unlocked.map_err(|error| located(unlocking_failed(&error), &configuration))
    })??;
    Ok(true)
}
