//! Arguments of the commands that show what is there.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct OutputArguments {
    /// Print JSON
    #[arg(long, conflicts_with = "raw")]
    pub(in crate::cli) json: bool,
    /// Print the bare text of one output
    #[arg(long)]
    pub(in crate::cli) raw: bool,
    /// A state file, in place of the configuration's
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) state: Option<PathBuf>,
    /// The output
    pub(in crate::cli) name: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArguments {
    /// Print JSON, in Terraform's format
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Print a saved plan as a comment for a pull request; NAME tells the plans of one request apart
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "", conflicts_with = "json")]
    pub(in crate::cli) markdown: Option<String>,
    /// A saved plan or a state; without one, the state of the configuration is shown
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
}
