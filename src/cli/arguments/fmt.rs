//! Arguments of `fmt`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(in crate::cli) struct FmtArguments {
    /// Files and directories; without one the working directory, and - for standard input
    #[arg(value_name = "TARGET")]
    pub(in crate::cli) targets: Vec<PathBuf>,
    /// Whether to list the files that are not formatted; never with standard input
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) list: bool,
    /// Whether to rewrite the files; never with standard input or -check
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) write: bool,
    /// Show what is changed
    #[arg(long)]
    pub(in crate::cli) diff: bool,
    /// Only look whether everything is formatted; exit code 3 if not
    #[arg(long)]
    pub(in crate::cli) check: bool,
    /// Go into directories within directories
    #[arg(long)]
    pub(in crate::cli) recursive: bool,
}
