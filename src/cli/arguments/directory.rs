//! Arguments of the commands that are about the directory itself.

use super::Appearance;
use clap::Args;

#[derive(Debug, Args)]
pub(in crate::cli) struct VersionArguments {
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct InitArguments {
    /// A backend setting, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(in crate::cli) backend_config: Vec<String>,
    /// Whether to ask for missing values
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) input: bool,
    #[command(flatten)]
    pub(in crate::cli) output: Appearance,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ValidateArguments {
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    #[command(flatten)]
    pub(in crate::cli) output: Appearance,
}
