//! Arguments of `workspace` and `force-unlock`.

use super::{HELP, Locking};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct ForceUnlockArguments {
    /// Do not ask before releasing the lock
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// The id of the lock, as the message about it shows it
    #[arg(value_name = "LOCK_ID")]
    pub(in crate::cli) id: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WorkspaceArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: WorkspaceCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum WorkspaceCommand {
    /// List the workspaces
    #[command(help_template = HELP)]
    List,
    /// Show the name of the selected workspace
    #[command(help_template = HELP)]
    Show,
    /// Make a workspace and select it
    #[command(help_template = HELP)]
    New {
        /// A state file whose content the workspace begins with
        #[arg(long, value_name = "FILE")]
        state: Option<PathBuf>,
        #[command(flatten)]
        locking: Locking,
        /// Its name
        name: String,
    },
    /// Select another workspace
    #[command(help_template = HELP)]
    Select {
        /// Make it if it does not exist
        #[arg(long)]
        or_create: bool,
        /// Its name
        name: String,
    },
    /// Remove a workspace and its state
    #[command(help_template = HELP)]
    Delete {
        /// Also if its state has objects, which are then forgotten
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        locking: Locking,
        /// Its name
        name: String,
    },
}
