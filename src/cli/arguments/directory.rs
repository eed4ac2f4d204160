//! Arguments of the commands that are about the directory itself.

use super::Locking;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct VersionArguments {
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, as Terraform has them"
)]
pub(in crate::cli) struct InitArguments {
    /// Whether to initialise the backend
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) backend: bool,
    /// A backend setting, NAME=VALUE, or a file of settings; may be repeated
    #[arg(long, value_name = "NAME=VALUE|FILE")]
    pub(in crate::cli) backend_config: Vec<String>,
    /// Use the backend as it is, and forget the one that was used before
    #[arg(long, conflicts_with = "migrate_state")]
    pub(in crate::cli) reconfigure: bool,
    /// Copy the states from the backend that was used before
    #[arg(long, conflicts_with = "json")]
    pub(in crate::cli) migrate_state: bool,
    /// As -migrate-state, without asking
    #[arg(long, conflicts_with = "reconfigure")]
    pub(in crate::cli) force_copy: bool,
    /// Whether to ask for missing values
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) input: bool,
    #[command(flatten)]
    pub(in crate::cli) locking: Locking,
    /// Install the newest modules that are allowed, whatever is installed and locked
    #[arg(long)]
    pub(in crate::cli) upgrade: bool,
    /// Whether to install modules
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) get: bool,
    /// Print a stream of JSON objects, one a line
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Accepted for Terraform's sake, as all that is about providers: they are built in
    #[arg(long, value_name = "MODE")]
    pub(in crate::cli) lockfile: Option<String>,
    #[arg(long, value_name = "DIR", hide = true)]
    pub(in crate::cli) plugin_dir: Vec<String>,
    #[arg(long, value_name = "DIR", hide = true)]
    pub(in crate::cli) test_directory: Option<String>,
    #[arg(long, hide = true)]
    pub(in crate::cli) ignore_remote_version: bool,
    #[arg(long, hide = true, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) cloud: bool,
    /// Copy a module into the directory first
    #[arg(long, hide = true, value_name = "SOURCE")]
    pub(in crate::cli) from_module: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GetArguments {
    /// Install the newest modules that are allowed, whatever is installed and locked
    #[arg(long)]
    pub(in crate::cli) update: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ValidateArguments {
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Accepted for Terraform's sake: its test files are never read
    #[arg(long)]
    pub(in crate::cli) no_tests: bool,
    #[arg(long, value_name = "DIR", hide = true)]
    pub(in crate::cli) test_directory: Option<PathBuf>,
}
