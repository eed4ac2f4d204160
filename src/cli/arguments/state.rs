//! Arguments of the commands on the state.

use super::{HELP, Locking};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct StateArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: StateCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum StateCommand {
    /// List the addresses that the state records
    #[command(help_template = HELP)]
    List(ListArguments),
    /// Show the recorded object of one address
    #[command(help_template = HELP)]
    Show(StateShowArguments),
    /// Give a module, a resource or an instance another address
    #[command(help_template = HELP)]
    Mv(MoveArguments),
    /// Forget objects without destroying them
    #[command(help_template = HELP)]
    Rm(RemoveArguments),
    /// Print the state as it is stored
    #[command(help_template = HELP)]
    Pull,
    /// Replace the state by another
    #[command(help_template = HELP)]
    Push(PushArguments),
    /// Give the resources of one provider to another
    #[command(help_template = HELP)]
    ReplaceProvider(ReplaceProviderArguments),
}

/// Which state is meant.
#[derive(Debug, Args)]
pub(in crate::cli) struct StateFile {
    /// A state file, in place of the configuration's
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) state: Option<PathBuf>,
}

/// What a command that changes the state takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Editing {
    #[command(flatten)]
    pub(in crate::cli) file: StateFile,
    /// Where to keep the state as it was; by default beside the state file, under a name of its own
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) backup: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) locking: Locking,
    /// Accepted for Terraform's sake: a state of another version is no hindrance
    #[arg(long)]
    pub(in crate::cli) ignore_remote_version: bool,
    #[arg(long, value_name = "FILE", hide = true)]
    pub(in crate::cli) state_out: Option<PathBuf>,
    #[arg(long, value_name = "FILE", hide = true)]
    pub(in crate::cli) backup_out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArguments {
    /// Only these addresses and what lies in them
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) addresses: Vec<String>,
    /// Only objects whose id is this one
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) id: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) file: StateFile,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct StateShowArguments {
    /// The address
    pub(in crate::cli) address: String,
    #[command(flatten)]
    pub(in crate::cli) file: StateFile,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MoveArguments {
    /// What moves
    pub(in crate::cli) source: String,
    /// Its new address
    pub(in crate::cli) destination: String,
    /// Only say what would be moved
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RemoveArguments {
    /// What is forgotten; may be repeated
    #[arg(value_name = "ADDRESS", required = true)]
    pub(in crate::cli) addresses: Vec<String>,
    /// Only say what would be forgotten
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PushArguments {
    /// The state; `-` for standard input
    #[arg(value_name = "FILE")]
    pub(in crate::cli) path: PathBuf,
    /// Also write a state of another lineage, or an earlier one
    #[arg(long)]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) locking: Locking,
    /// Accepted for Terraform's sake: a state of another version is no hindrance
    #[arg(long)]
    pub(in crate::cli) ignore_remote_version: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReplaceProviderArguments {
    /// The provider that the state records, as hashicorp/aws
    pub(in crate::cli) from: String,
    /// The provider that takes its place
    pub(in crate::cli) to: String,
    /// Do not ask before making the change
    #[arg(long)]
    pub(in crate::cli) auto_approve: bool,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct TaintArguments {
    /// The instance
    pub(in crate::cli) address: String,
    /// Succeed also when there is no such instance
    #[arg(long)]
    pub(in crate::cli) allow_missing: bool,
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
}
