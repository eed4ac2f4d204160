//! Arguments of the commands that look at a configuration, and at the program itself.

use super::HELP;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct GraphArguments {
    /// Draw declarations (plan, plan-refresh-only, plan-destroy) or operations (apply); without it, resources
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true)]
    pub(in crate::cli) kind: Option<GraphType>,
    /// Draw the operations of a saved plan
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) plan: Option<PathBuf>,
    /// Draw resources in the language of Mermaid, for Markdown; a noun is one node
    #[arg(long, conflicts_with_all = ["kind", "plan"])]
    pub(in crate::cli) mermaid: bool,
    /// Accepted for Terraform's sake: cycles are errors, shown with their places
    #[arg(long)]
    pub(in crate::cli) draw_cycles: bool,
    #[arg(long, value_name = "N", hide = true, allow_negative_numbers = true)]
    pub(in crate::cli) module_depth: Option<i64>,
    #[arg(long, hide = true)]
    pub(in crate::cli) verbose: bool,
    /// The value of a variable, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(in crate::cli) var: Vec<String>,
    /// A file of variable values; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) var_file: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExpandArguments {
    /// Write the files in place of those with nouns, instead of printing them
    #[arg(long)]
    pub(in crate::cli) write: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GraphType {
    Plan,
    PlanRefreshOnly,
    PlanDestroy,
    Apply,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ProvidersArguments {
    #[arg(long, value_name = "DIR", hide = true)]
    pub(in crate::cli) test_directory: Option<PathBuf>,
    #[command(subcommand)]
    pub(in crate::cli) command: Option<ProvidersCommand>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ProvidersCommand {
    /// Print the schemas of the built-in providers
    #[command(help_template = HELP)]
    Schema(SchemaArguments),
    /// Write a lock file
    #[command(hide = true)]
    Lock(RefusedArguments),
    /// Fill a mirror directory
    #[command(hide = true)]
    Mirror(RefusedArguments),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SchemaArguments {
    /// Print JSON, the only form there is
    #[arg(long, required = true)]
    pub(in crate::cli) json: bool,
}

/// The arguments of a command that is refused whatever they are.
#[derive(Debug, Args)]
pub(in crate::cli) struct RefusedArguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub(in crate::cli) ignored: Vec<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MetadataArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: MetadataCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MetadataCommand {
    /// Print the signatures of the functions
    #[command(help_template = HELP)]
    Functions(SchemaArguments),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CompletionArguments {
    /// bash, zsh or fish
    pub(in crate::cli) shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Shell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CompleteArguments {
    /// The words of the command line, the last one being written
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(in crate::cli) words: Vec<String>,
}
