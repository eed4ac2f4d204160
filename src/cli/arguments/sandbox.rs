//! Arguments of `sandbox`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(in crate::cli) struct SandboxArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SandboxCommand {
    /// List the objects, or show one
    Show {
        /// An address, as iam/role/NAME, or the beginning of some
        address: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change an object, or make it
    Set {
        /// Its address
        address: String,
        /// A JSON object whose members replace the object's own; null removes one
        change: String,
    },
    /// Remove an object
    Rm {
        /// Its address
        address: String,
    },
}
