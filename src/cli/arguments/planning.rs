//! Arguments of what plans and applies.

use super::Locking;
use clap::Args;
use std::path::PathBuf;

/// Arguments of everything that plans.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(in crate::cli) struct Planning {
    /// The value of a variable, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(in crate::cli) var: Vec<String>,
    /// A file of variable values; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) var_file: Vec<PathBuf>,
    /// Whether to ask for missing values
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) input: bool,
    #[command(flatten)]
    pub(in crate::cli) locking: Locking,
    /// Only this address and what it depends on: a module, a resource, an instance, or a noun; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) target: Vec<String>,
    /// All but this address and what depends on it (when destroying: what it depends on); may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) exclude: Vec<String>,
    /// Replace this instance though nothing about it changes; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) replace: Vec<String>,
    /// Whether to read the recorded objects before planning
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) refresh: bool,
    /// Only record in the state what has become of its objects
    #[arg(long)]
    pub(in crate::cli) refresh_only: bool,
    /// Destroy everything the state records
    #[arg(long)]
    pub(in crate::cli) destroy: bool,
    /// Plan although a service account will not be able to assume its role, or IAM would refuse a trust policy
    #[arg(long)]
    pub(in crate::cli) allow_refuted: bool,
    /// Make no plan in which a trust policy admits service accounts that it does not name
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    #[arg(long, value_name = "FILE", hide = true)]
    pub(in crate::cli) target_file: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", hide = true)]
    pub(in crate::cli) exclude_file: Vec<PathBuf>,
    /// How many operations may run at once
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(in crate::cli) parallelism: usize,
    /// Print a stream of JSON objects, one a line
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PlanArguments {
    /// Save the plan to a file
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Write blocks for imported objects that have none to a new file of the root module
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) generate_config_out: Option<PathBuf>,
    /// Exit with 2 when there are changes
    #[arg(long)]
    pub(in crate::cli) detailed_exitcode: bool,
    #[command(flatten)]
    pub(in crate::cli) planning: Planning,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ApplyArguments {
    /// A saved plan
    #[arg(value_name = "PLAN")]
    pub(in crate::cli) plan: Option<PathBuf>,
    /// Do not ask before making the changes
    #[arg(long)]
    pub(in crate::cli) auto_approve: bool,
    #[command(flatten)]
    pub(in crate::cli) planning: Planning,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RefreshArguments {
    #[command(flatten)]
    pub(in crate::cli) planning: Planning,
}

impl From<RefreshArguments> for ApplyArguments {
    /// `refresh` applies without asking; in which mode, its options say.
    fn from(arguments: RefreshArguments) -> Self {
        ApplyArguments {
            plan: None,
            auto_approve: true,
            planning: arguments.planning,
        }
    }
}
