//! Arguments of `verify`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyArguments {
    /// Only these service accounts, as `service_account.x` or NAMESPACE/NAME
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) addresses: Vec<String>,
    /// Ask STS for a session with a token of each account; the credentials are thrown away
    #[arg(long)]
    pub(in crate::cli) assume: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// The value of a variable, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(in crate::cli) var: Vec<String>,
    /// A file of variable values; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) var_file: Vec<PathBuf>,
}
