//! `workspace list|show|new|select|delete`

use super::interrupts::Listening;
use super::{Context, block_on, lock_request};
use crate::cli::ExitCode;
use crate::cli::arguments::{WorkspaceArguments, WorkspaceCommand};
use crate::cli::view;
use crate::engine::{Failure, LockRequest, Workspaces, store};
use crate::source::SourceMap;
use std::time::Duration;

pub(crate) fn run(context: &Context, arguments: &WorkspaceArguments) -> ExitCode {
    let terminal = context.terminal;
    if let WorkspaceCommand::Show = arguments.command {
        view::print(&context.project.workspace);
        return ExitCode::Success;
    }
    match block_on(done(context, &arguments.command)).and_then(|done| done) {
        Ok(text) => {
            if !text.is_empty() {
                view::print(&text);
            }
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

async fn done(context: &Context, command: &WorkspaceCommand) -> Result<String, Failure> {
    let (configuration, _) = context.project.load()?;
    let store = store(&context.project, &configuration, &context.reach()?).await?;
    let variable = context.environment.get("TF_WORKSPACE");
    let workspaces = Workspaces {
        project: &context.project,
        store: &store,
        overridden: variable.is_some_and(|name| !name.is_empty()),
    };
    match command {
        WorkspaceCommand::List | WorkspaceCommand::Show => list(&workspaces).await,
        WorkspaceCommand::New {
            state,
            locking,
            name,
        } => {
            let lock = lock_request(context, locking, "workspace-new")?;
            let _listening = Listening::begin(&context.stop);
            workspaces
                .new_workspace(name, state.as_deref(), &lock)
                .await?;
            Ok(created(name))
        }
        WorkspaceCommand::Select { or_create, name } => {
            let lock = LockRequest {
                lock: true,
                timeout: Duration::ZERO,
                operation: "workspace-new",
                stop: context.stop.subscribe(),
            };
            let _listening = Listening::begin(&context.stop);
            let made = workspaces.select(name, *or_create, &lock).await?;
            Ok(if made {
                created(name)
            } else if *name == context.project.workspace {
                // It was selected before.
                String::new()
            } else {
                format!("Switched to workspace \"{name}\".")
            })
        }
        WorkspaceCommand::Delete {
            force,
            locking,
            name,
        } => {
            let lock = lock_request(context, locking, "workspace-delete")?;
            let _listening = Listening::begin(&context.stop);
            let forgotten = workspaces.delete(name, *force, &lock).await?;
            let terminal = context.terminal;
            view::diagnostics(&forgotten, &SourceMap::default(), terminal);
            Ok(format!("Deleted workspace \"{name}\"!"))
        }
    }
}

/// The names one below the other, the selected one with a star.
async fn list(workspaces: &Workspaces<'_>) -> Result<String, Failure> {
    let names = workspaces.names().await?;
    let line = |name: &String| {
        let sign = if *name == workspaces.project.workspace {
            '*'
        } else {
            ' '
        };
        format!("{sign} {name}\n")
    };
    let mut text: String = names.iter().map(line).collect();
    if workspaces.overridden {
        text.push_str("\nThe active workspace is being overridden using the TF_WORKSPACE environment variable.\n");
    }
    Ok(text)
}

fn created(name: &str) -> String {
    format!(
        "Created and switched to workspace \"{name}\"!\n\nYou're now on a new, empty workspace. Workspaces isolate their \
         state, so a plan will not see any existing state for this configuration."
    )
}
